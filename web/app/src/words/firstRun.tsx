import type { Facts, StepName } from '../firstrun/steps'
import { formatNumber } from '../ui/format'
import { form, plural } from './plural'

const mostNamed = 3 // tools in one sentence

/** Joins names or facts, of which only the first few are said. */
function some(parts: readonly string[], separator: string): string {
  const rest = parts.length - mostNamed
  return rest > 0 ? `${parts.slice(0, mostNamed).join(separator)}${separator}and ${formatNumber(rest)} more` : parts.join(separator)
}

const titles: Record<StepName, string> = {
  connect: 'Connect your tools', refresh: 'Refresh their lists', organizations: 'Bring in your clients', suggestions: 'Accept suggestions',
}

/** The steps of setting up an account. */
export const firstRun = {
  title: 'Welcome to Orgmap',
  explanation: 'Four steps to a grid that says which client is which in every tool. You can leave at any time; this page sees what is done.',
  list: 'Steps',
  titles,
  done: 'Done',
  after: (step: number) => `After step ${formatNumber(step)}`,

  connect: {
    todo: 'Orgmap reads the clients from the tools that you use, such as IT Glue, Datto RMM or Autotask PSA.',
    connected: (names: readonly string[]) => `Connected: ${some(names, ', ')}.`,
    connect: 'Connect a tool',
    another: 'Connect another',
    askAdmin: 'Ask an admin to connect a tool.',
  },

  refresh: {
    todo: 'Orgmap reads the list of a tool when you connect it, and then on a schedule.',
    lists: (lists: readonly { name: string; total: number }[]) => `${some(lists.map(({ name, total }) => `${name} lists ${plural(total, 'organization')}`), '; ')}.`,
    problem: ({ status, message }: { status: string; message: string | null }) => (message === null ? `${status}.` : `${status}: ${message}`),
    askAdminToFix: 'Ask an admin to fix the connection.',
    review: 'Review on Sync status',
  },

  organizations: {
    todo: 'Start from the tool that knows them best. You see what would be created before anything is.',
    have: (organizations: number) => `${plural(organizations, 'organization')} so far.`,
    room: (left: number) => `Your plan has room for ${formatNumber(left)}.`,
    full: 'You have reached your plan’s limit.',
    fromGlue: 'Add from IT Glue',
    fromTools: 'Create from what a tool lists',
    fromFile: 'Import CSV',
    byHand: 'Create one by hand',
  },

  suggestions: {
    todo: 'Orgmap compares names and links across your tools, and gives its reasons. You see each suggestion before you accept it.',
    none: 'No suggestions yet. They appear within seconds after a list has been read and there are organizations.',
    counts: ({ mapped, suggested }: Facts) =>
      `${formatNumber(mapped)} mapped, ${plural(suggested, 'suggestion')} ${form(suggested, 'waits', 'wait')}.`,
    accept: 'Accept suggestions…',
  },

  addColleague: 'Add a colleague',
  showGrid: 'Show the grid',
}
