import { history } from '../words/history'
import type { Edit } from './documents'

const text = history.entry

/** A name of that time, and the name of today if it differs. */
export interface Name {
  then: string
  now: string | null
}

/** An edit as the table shows it. */
export interface EditRow {
  /** Identifies what was edited within its change. */
  key: string
  subject: Name
  /** Where the subject belongs: a tool, or what kind of edit it is. */
  place: string
  /** What was and what became; null if the edit is only described. */
  change: { before: Name | null; after: Name | null } | null
  description: string
}

const named = (then: string, today?: { name: string } | null): Name => ({ then, now: today && today.name !== then ? today.name : null })

const plain = (then: string): Name => ({ then, now: null })

/** Returns a text that is the same for an edit of a change and for the edit that reverts it. */
export function keyOf(edit: Edit): string {
  switch (edit.__typename) {
    case 'MappingEdit':
      return `mapping ${edit.externalOrg?.id ?? `${edit.integrationName} ${edit.externalName}`}`
    case 'OrganizationEdit':
      return `organization ${edit.organization?.id ?? edit.name}`
    case 'IntegrationEdit':
      return `integration ${edit.integration?.id ?? edit.name}`
    case 'DecisionEdit':
      return `decision ${edit.externalOrg?.id ?? edit.externalName}`
    case 'FieldEdit':
      return `field ${edit.subjectName} ${edit.field}`
  }
}

/** Returns an edit as the table shows it. */
export function rowOf(edit: Edit): EditRow {
  const key = keyOf(edit)
  switch (edit.__typename) {
    case 'MappingEdit':
      return {
        key, subject: named(edit.externalName, edit.externalOrg), place: named(edit.integrationName, edit.integration).then, description: '',
        change: { before: edit.beforeName === null ? null : named(edit.beforeName, edit.before), after: edit.afterName === null ? null : named(edit.afterName, edit.after) },
      }
    case 'OrganizationEdit':
      return { key, subject: named(edit.name, edit.organization), place: text.organization[edit.kind], description: '', change: organizationChange(edit) }
    case 'IntegrationEdit': {
      const { added, updated, removed } = edit
      const counts = added === null || updated === null || removed === null ? '' : text.counts({ added, updated, removed })
      return { key, subject: named(edit.name, edit.integration), place: text.integration, change: null, description: [capitalized(edit.what), counts].filter(Boolean).join(': ') }
    }
    case 'DecisionEdit':
      return { key, subject: named(edit.externalName, edit.externalOrg), place: text.decision, change: null, description: capitalized(edit.what) }
    case 'FieldEdit':
      return {
        key, subject: plain(edit.field), place: edit.subjectName, description: '',
        change: { before: plain(edit.valueBefore ?? text.none), after: plain(edit.valueAfter ?? text.none) },
      }
  }
}

function organizationChange({ kind, name, previousName }: Extract<Edit, { __typename: 'OrganizationEdit' }>) {
  switch (kind) {
    case 'CREATED':
      return { before: plain(text.none), after: plain(name) }
    case 'RENAMED':
      return { before: plain(previousName ?? text.none), after: plain(name) }
    case 'DEACTIVATED':
      return { before: plain(text.active), after: plain(text.deactivated) }
    case 'REACTIVATED':
      return { before: plain(text.deactivated), after: plain(text.active) }
    case 'DELETED':
      return { before: plain(name), after: plain(text.deleted) }
  }
}

export const capitalized = (sentence: string): string => sentence.charAt(0).toLocaleUpperCase() + sentence.slice(1)
