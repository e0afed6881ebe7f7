import { useEffect } from 'react'

import type { GridRow, Integration, Suggestion } from '../api/documents'
import { useStore } from '../ui/store'
import type { GridActions } from './actions'
import { explained, hideExplanation, keepExplanation } from './explaining'
import { ExplanationCard } from './ExplanationCard'
import { ghostsOf, rejected } from './suggestions'
import { staged } from './workspace'

interface Props {
  integrations: readonly Integration[]
  editable: boolean
  row: (organizationId: string) => GridRow | undefined
  cell: (organizationId: string, integrationId: string) => HTMLElement | null
  actions: GridActions
}

/** Why the organization of the focused or hovered cell is suggested. The focus stays in the cell, whose keys accept and reject. */
export function Explanation({ integrations, row, ...rest }: Props) {
  const shown = useStore(explained)
  const all = useStore(staged)
  const hidden = useStore(rejected)
  useEffect(() => () => hideExplanation('once'), [])
  const organization = shown && row(shown.organizationId)
  const integration = integrations.find(({ id }) => id === shown?.integrationId)
  if (!organization || !integration) return null
  const [best, ...others] = ghostsOf(organization, integration.id, all, hidden)
  if (!best) return null
  return <Shown key={`${organization.id} ${best.externalOrg.id}`} {...{ organization, integration, others }} suggestion={best} {...rest} />
}

interface ShownProps extends Pick<Props, 'editable' | 'cell' | 'actions'> {
  organization: GridRow
  integration: Integration
  suggestion: Suggestion
  others: readonly Suggestion[]
}

function Shown({ organization, integration, suggestion, others, editable, cell, actions }: ShownProps) {
  const act = (what: () => void) => () => {
    hideExplanation('once')
    cell(organization.id, integration.id)?.focus()
    what()
  }
  return (
    <ExplanationCard
      {...{ suggestion, organization, others }}
      integration={integration.name}
      anchor={() => cell(organization.id, integration.id)}
      onEnter={keepExplanation}
      onLeave={() => hideExplanation('soon')}
      onGone={() => hideExplanation('once')}
      onClose={act(() => undefined)}
      decide={editable ? {
        accept: act(() => actions.accept(organization, suggestion)),
        reject: act(() => actions.reject(organization, suggestion)),
        another: act(() => actions.openCell(organization, integration)),
      } : null}
    />
  )
}
