import { Button, Menu } from '@mantine/core'
import { lazy, useEffect, useMemo, useState } from 'react'
import { useQuery } from 'urql'

import { IntegrationsQuery, type Organization, QuotaQuery, type Viewer } from '../api/documents'
import { messageFor } from '../api/problems'
import { searchAddress } from '../organizations/view'
import { follow, go } from '../router'
import { Icon } from '../ui/Icon'
import { Later } from '../ui/Later'
import { useRetryOnReconnect } from '../ui/useRetryOnReconnect'
import { words } from '../words'
import { clients } from '../words/clients'
import { addToGroup, removeFromGroup, setActive } from './actions'
import styles from './Detail.module.css'
import type { CountedGroup, Detail } from './documents'
import { HistoryCard } from './HistoryCard'
import { MappingsCard } from './MappingsCard'
import { NoteCard } from './NoteCard'
import { PeopleCard } from './PeopleCard'
import { Tag } from './Tag'
import { useDetail } from './useDetail'
import { useGroups } from './useGroups'

const DeleteDialog = lazy(async () => ({ default: (await import('../organizations/DeleteDialog')).DeleteDialog }))
const GroupDialog = lazy(async () => ({ default: (await import('./GroupsDialog')).GroupDialog }))
const NameDialog = lazy(async () => ({ default: (await import('../organizations/NameDialog')).NameDialog }))

const text = clients.detail

/** Everything about the organization that the address names. */
export function OrganizationPage({ viewer }: { viewer: Viewer }) {
  const id = useId()
  return <OrganizationOf key={id} id={id} viewer={viewer} />
}

/** Returns the ID in the address. */
function useId(): string {
  const read = () => new URLSearchParams(location.search).get('id') ?? ''
  const [id, setId] = useState(read)
  useEffect(() => {
    const move = () => { if (location.pathname === '/organization') setId(read()) }
    window.addEventListener('popstate', move)
    return () => window.removeEventListener('popstate', move)
  }, [])
  return id
}

type Dialog = 'rename' | 'delete' | 'group'

function OrganizationOf({ id, viewer }: { id: string; viewer: Viewer }) {
  const [{ data, error }] = useQuery({ query: IntegrationsQuery })
  const [{ data: quotaData }] = useQuery({ query: QuotaQuery })
  const integrations = useMemo(() => data?.integrations ?? [], [data])
  const groups = useGroups() ?? []
  const { detail, problem, read } = useDetail(id)
  const [dialog, setDialog] = useState<Dialog | null>(null)
  useRetryOnReconnect(problem, () => void read())
  const editable = viewer.role !== 'VIEWER'
  const name = detail === null || detail === 'gone' ? null : detail.name
  useEffect(() => {
    if (name !== null) document.title = words.common.pageTitle(name)
  }, [name])

  const act = async (done: Promise<unknown>) => {
    await done
    await read()
  }
  const wrong = problem ?? (error ? messageFor(error) : null)
  return (
    <div className={styles.page}>
      <nav className={styles.path} aria-label={text.path}>
        <a href="/organizations" onClick={(event) => follow(event, '/organizations')}>{text.list}</a>
        {name !== null && <><Icon name="right" size={12} /><span aria-current="page">{name}</span></>}
      </nav>
      {wrong !== null && (
        <p className={styles.problem} role="alert"><Icon name="warn" /> {wrong} <Button size="compact-sm" variant="default" onClick={() => void read()}>{words.common.tryAgain}</Button></p>
      )}
      {detail === 'gone' && (
        <p className={styles.gone} role="status">{text.gone} <a href="/organizations" onClick={(event) => follow(event, '/organizations')}>{text.backToList}</a></p>
      )}
      {detail !== null && detail !== 'gone' && (
        <>
          <div className={styles.head}>
            <h2 className={styles.name}>{detail.name}</h2>
            {!detail.active && <span className={styles.off}>{text.deactivated}</span>}
            <Groups detail={detail} all={groups} editable={editable} onAdd={(group) => void act(addToGroup([id], group))} onRemove={(group) => void act(removeFromGroup([id], group))} onNew={() => setDialog('group')} />
            {editable && <Actions detail={detail} onRename={() => setDialog('rename')} onActivate={(active) => void act(setActive([id], active))} onDelete={() => setDialog('delete')} />}
          </div>
          <div className={styles.columns}>
            <div className={styles.main}><MappingsCard detail={detail} integrations={integrations} editable={editable} onChanged={() => void read()} /></div>
            <div className={styles.aside}>
              <PeopleCard detail={detail} editable={editable} onChanged={() => void read()} />
              <NoteCard detail={detail} editable={editable} onChanged={() => void read()} />
              <HistoryCard detail={detail} />
            </div>
          </div>
          <Later>
            {dialog === 'rename' && <NameDialog organization={organizationOf(detail)} quota={quotaData?.quota} onClose={() => { setDialog(null); void read() }} />}
            {dialog === 'delete' && <DeleteDialog organization={organizationOf(detail)} onClose={() => { setDialog(null); void read() }} />}
            {dialog === 'group' && <GroupDialog group={null} onClose={() => setDialog(null)} onCreated={(group) => void act(addToGroup([id], group))} />}
          </Later>
        </>
      )}
    </div>
  )
}

/** Returns what the dialogs of Setup Organizations need to know about an organization. */
const organizationOf = ({ id, name, active, details }: Detail): Organization => ({
  id, name, active, mappings: details.map(({ id: mapping, createdAt, createdByActor, integration, externalOrg }) => ({ id: mapping, createdAt, createdBy: createdByActor.name, integration, externalOrg })),
})

interface GroupsProps {
  detail: Detail
  all: readonly CountedGroup[]
  editable: boolean
  onAdd: (group: CountedGroup) => void
  onRemove: (group: Detail['groups'][number]) => void
  onNew: () => void
}

function Groups({ detail, all, editable, onAdd, onRemove, onNew }: GroupsProps) {
  const member = new Set(detail.groups.map(({ id }) => id))
  const offered = all.filter(({ id, archived }) => !archived && !member.has(id))
  return (
    <span className={styles.tags}>
      {detail.groups.map((group) => (
        <Tag key={group.id} group={group}>
          {editable && <button type="button" aria-label={text.removeGroup(group.name)} onClick={() => onRemove(group)}><Icon name="close" size={12} /></button>}
        </Tag>
      ))}
      {editable && (
        <Menu width={240}>
          <Menu.Target><button type="button" className={styles.addTag} aria-label={text.addGroup}><Icon name="plus" size={12} /> {text.group}</button></Menu.Target>
          <Menu.Dropdown className={styles.menu}>
            {offered.map((group) => <Menu.Item key={group.id} aria-label={group.name} onClick={() => onAdd(group)}><Tag group={group} /></Menu.Item>)}
            {offered.length > 0 && <Menu.Divider />}
            <Menu.Item leftSection={<Icon name="plus" />} onClick={onNew}>{clients.bulk.newGroup}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </span>
  )
}

function Actions({ detail, onRename, onActivate, onDelete }: { detail: Detail; onRename: () => void; onActivate: (active: boolean) => void; onDelete: () => void }) {
  const inGrid = searchAddress(detail.name, detail.active)
  return (
    <span className={styles.actions}>
      <Button variant="default" leftSection={<Icon name="edit" size={14} />} onClick={onRename}>{text.rename}</Button>
      <Menu position="bottom-end" width={250}>
        <Menu.Target><Button variant="default" px={8} aria-label={text.more}><Icon name="more" /></Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => go('/', inGrid)}>{text.editInGrid}</Menu.Item>
          <Menu.Item onClick={() => onActivate(!detail.active)}>{detail.active ? words.organizations.row.deactivate : words.organizations.row.reactivate}</Menu.Item>
          <Menu.Item color="red" onClick={onDelete}>{words.organizations.row.remove}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </span>
  )
}
