import { Button } from '@mantine/core'
import { lazy, type MouseEvent, type ReactNode, useState } from 'react'

import type { Integration, Viewer } from '../api/documents'
import { fixSearch } from '../integrations/fixLink'
import { find } from '../organizations/accepting'
import { suggestedIn } from '../organizations/pages'
import { useMatching } from '../organizations/useMatching'
import { follow, type Path } from '../router'
import { Icon, type IconName } from '../ui/Icon'
import { Dot, ProgressBar } from '../ui/Indicators'
import { Later } from '../ui/Later'
import { refresh } from '../ui/refreshing'
import { integrationStatus, isRunning } from '../ui/status'
import { words } from '../words'
import { firstRun as text } from '../words/firstRun'
import styles from './FirstRun.module.css'
import type { Step } from './steps'
import type { FirstRun as Run } from './useFirstRun'

const ImportDialog = lazy(async () => ({ default: (await import('../organizations/ImportDialog')).ImportDialog }))
const NameDialog = lazy(async () => ({ default: (await import('../organizations/NameDialog')).NameDialog }))
const PreviewDialog = lazy(async () => ({ default: (await import('../organizations/PreviewDialog')).PreviewDialog }))

type Dialog = 'import' | 'name' | 'accept'

const noRows = () => []

/** The steps that lead a new account to its grid, each with its state and what to do. */
export function FirstRun({ viewer, run }: { viewer: Viewer; run: Run }) {
  const { integrations, quota, facts, steps } = run
  const [dialog, setDialog] = useState<Dialog | null>(null)
  useMatching(integrations, suggestedIn(integrations.map(({ id }) => id)), noRows)
  const show = (next: Dialog | null) => {
    setDialog(next)
    run.hold(next !== null)
  }
  const isAdmin = viewer.role === 'ADMIN'
  const current = steps.find(({ state }) => state === 'current')?.name
  const bodies: Record<Step['name'], ReactNode> = {
    connect: <Connect integrations={integrations} isAdmin={isAdmin} isCurrent={current === 'connect'} />,
    refresh: <Refresh integrations={integrations} isAdmin={isAdmin} isCurrent={current === 'refresh'} />,
    organizations: <Organizations run={run} isCurrent={current === 'organizations'} onOpen={show} />,
    suggestions: (
      <Body words={facts.suggested + facts.mapped === 0 ? (facts.organizations > 0 && facts.read > 0 ? text.suggestions.none : text.suggestions.todo) : `${text.suggestions.todo} ${text.suggestions.counts(facts)}`}>
        {facts.suggested > 0 && <Button variant={current === 'suggestions' ? 'filled' : 'default'} leftSection={<Icon name="check" />} onClick={() => show('accept')}>{text.suggestions.accept}</Button>}
      </Body>
    ),
  }
  return (
    <div className={styles.page}>
      <h2 className={styles.title}>{text.title}</h2>
      <p className={styles.explanation}>{text.explanation}</p>
      <ol className={styles.steps} aria-label={text.list}>
        {steps.map((step) => (
          <li key={step.name} data-state={step.state} aria-current={step.state === 'current' ? 'step' : undefined}>
            <span className={styles.mark} aria-hidden="true">{step.state === 'done' ? <Icon name="check" /> : words.shell.count(step.number)}</span>
            <div className={styles.head}>
              <h3>{text.titles[step.name]}</h3>
              {step.state === 'done' && <span>{text.done}</span>}
              {step.state === 'waiting' && <span>{text.after(steps.find(({ state }) => state === 'current')?.number ?? step.number - 1)}</span>}
            </div>
            {bodies[step.name]}
          </li>
        ))}
      </ol>
      <div className={styles.foot}>
        {isAdmin ? <PageLink to="/settings" search="?tab=people">{text.addColleague}</PageLink> : <span />}
        <Button variant="subtle" onClick={run.dismiss}>{text.showGrid}</Button>
      </div>
      <Later>
        {dialog === 'import' && <ImportDialog sources={integrations.filter(({ canImport }) => canImport)} quota={quota} onClose={() => show(null)} />}
        {dialog === 'name' && <NameDialog organization={null} quota={quota} onClose={() => show(null)} />}
        {dialog === 'accept' && (
          <PreviewDialog title={words.suggestions.preview.title} find={() => find({ kind: 'found', search: '', filter: null }, suggestedIn(integrations.map(({ id }) => id)))}
            columnName={(id) => integrations.find((one) => one.id === id)?.name ?? words.organizations.disconnectedColumn} onAccepted={() => undefined} onClose={() => show(null)} />
        )}
      </Later>
    </div>
  )
}

/** What a step is about, and its buttons. */
function Body({ words: said, children }: { words: string; children?: ReactNode }) {
  return (
    <div className={styles.body}>
      <p>{said}</p>
      {children && <div className={styles.buttons}>{children}</div>}
    </div>
  )
}

interface PartProps {
  integrations: readonly Integration[]
  isAdmin: boolean
  isCurrent: boolean
}

function Connect({ integrations, isAdmin, isCurrent }: PartProps) {
  const names = integrations.map(({ name }) => name)
  return (
    <Body words={names.length === 0 ? text.connect.todo : text.connect.connected(names)}>
      {isAdmin
        ? <LinkButton to="/integrations" icon="plug" isCurrent={isCurrent}>{names.length === 0 ? text.connect.connect : text.connect.another}</LinkButton>
        : names.length === 0 && <span className={styles.soft}>{text.connect.askAdmin}</span>}
    </Body>
  )
}

function Refresh({ integrations, isAdmin, isCurrent }: PartProps) {
  const lists = integrations.filter(({ lastSuccess }) => lastSuccess !== null).map(({ name, counts }) => ({ name, total: counts.total }))
  const unfinished = integrations.filter((one) => isRunning(one.lastRefresh) || ['bad', 'warn'].includes(integrationStatus(one).tone))
  const idle = integrations.some(({ lastRefresh, state }) => !isRunning(lastRefresh) && state !== 'DISABLED')
  return (
    <>
      <Body words={lists.length === 0 ? text.refresh.todo : text.refresh.lists(lists)}>
        {integrations.length > 0 && (
          <Button variant={isCurrent && idle ? 'filled' : 'default'} leftSection={<Icon name="refresh" />} disabled={!idle} onClick={() => void refresh(null)}>{words.common.refreshAll}</Button>
        )}
      </Body>
      {unfinished.length > 0 && <ul className={styles.lists}>{unfinished.map((one) => <Unfinished key={one.id} integration={one} isAdmin={isAdmin} />)}</ul>}
    </>
  )
}

/** A list that is being read, or could not be. */
function Unfinished({ integration, isAdmin }: { integration: Integration; isAdmin: boolean }) {
  const { id, name, lastRefresh } = integration
  const { tone, word } = integrationStatus(integration)
  return (
    <li>
      <Dot tone={tone} />
      <strong>{name}</strong>
      {lastRefresh && isRunning(lastRefresh)
        ? <><span>{words.organizations.column.progress({ status: word, fetched: lastRefresh.fetched, total: lastRefresh.total })}</span> <ProgressBar run={lastRefresh} label={words.common.refreshing(name)} className={styles.progress} /></>
        : <span className={styles.problem}>{text.refresh.problem({ status: word, message: lastRefresh?.failure?.message ?? null })}</span>}
      {tone === 'bad' && (isAdmin
        ? <PageLink to="/integrations" search={fixSearch(id)} label={words.common.fixConnectionOf(name)}>{words.common.fixConnection}</PageLink>
        : <span className={styles.soft}>{text.refresh.askAdminToFix}</span>)}
      {tone === 'warn' && <PageLink to="/sync">{text.refresh.review}</PageLink>}
    </li>
  )
}

function Organizations({ run: { facts, integrations, quota }, isCurrent, onOpen }: { run: Run; isCurrent: boolean; onOpen: (dialog: Dialog) => void }) {
  const source = integrations.find(({ canImport, lastSuccess }) => canImport && lastSuccess !== null)
  const isFull = quota?.remaining === 0
  return (
    <Body words={facts.organizations === 0 ? text.organizations.todo : text.organizations.have(facts.organizations)}>
      {source && (
        <Button variant={isCurrent ? 'filled' : 'default'} leftSection={<Icon name="download" />} onClick={() => onOpen('import')}>{text.organizations.fromGlue}</Button>
      )}
      {!source && facts.read > 0 && <LinkButton to="/by-tool" icon="table" isCurrent={isCurrent}>{text.organizations.fromTools}</LinkButton>}
      <LinkButton to="/import" icon="table" isCurrent={false}>{text.organizations.fromFile}</LinkButton>
      <Button variant="default" leftSection={<Icon name="plus" />} disabled={isFull} onClick={() => onOpen('name')}>{text.organizations.byHand}</Button>
      {quota && quota.remaining !== null && <span className={styles.soft}>{isFull ? text.organizations.full : text.organizations.room(quota.remaining)}</span>}
    </Body>
  )
}

/** A link that looks like a button. */
function LinkButton({ to, icon, isCurrent, children }: { to: Path; icon: IconName; isCurrent: boolean; children: string }) {
  return <Button component="a" href={to} variant={isCurrent ? 'filled' : 'default'} leftSection={<Icon name={icon} />} onClick={(event: MouseEvent) => follow(event, to)}>{children}</Button>
}

function PageLink({ to, search = '', label, children }: { to: Path; search?: string; label?: string; children: string }) {
  return <a className={styles.link} href={to + search} aria-label={label} onClick={(event) => follow(event, to, search)}>{children}</a>
}
