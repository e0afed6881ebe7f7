import { words } from '../words'

const { origins } = words.organizations.editor

interface Origin {
  origin: 'MANUAL' | 'IMPORT' | 'SUGGESTION'
  createdByActor: { kind: string }
}

/** Says how a mapping was made. Suggestions that nobody accepted were applied by Orgmap itself. */
export const howMapped = ({ origin, createdByActor: { kind } }: Origin): string => origins[origin === 'SUGGESTION' && kind === 'SYSTEM' ? 'AUTOMATIC' : origin]
