import type { Integration, Viewer } from '../api/documents'

const applications: Record<Integration['application'], string> = {
  IT_GLUE: 'IT Glue', DATTO_RMM: 'Datto RMM', AUTOTASK: 'Autotask PSA', CONNECTWISE: 'ConnectWise PSA', HALO_PSA: 'HaloPSA',
  NINJA_ONE: 'NinjaOne', HUDU: 'Hudu', VSA_X: 'Kaseya VSA X', KASEYA_BMS: 'Kaseya BMS', KASEYA_ONE: 'KaseyaOne',
  KASEYA_MODULE: 'KaseyaOne module',
}

const roles: Record<Viewer['role'], string> = { ADMIN: 'admin', EDITOR: 'editor', VIEWER: 'viewer' }

/** Texts that several pages use. */
export const common = {
  product: 'Orgmap',
  pageTitle: (page: string) => `${page} – Orgmap`,
  applications,
  roles,

  cancel: 'Cancel',
  close: 'Close',
  dismiss: 'Dismiss',
  done: 'Done',
  connect: 'Connect',
  disconnect: 'Disconnect',
  pause: 'Pause',
  resume: 'Resume',
  refresh: 'Refresh',
  refreshAll: 'Refresh all',
  rename: 'Rename',
  reload: 'Reload the page',
  review: 'Review',
  save: 'Save',
  signIn: 'Sign in',
  tryAgain: 'Try again',
  undo: 'Undo',

  connectIntegration: 'Connect an integration',
  noIntegrations: 'No integrations yet. Connect a tool to see its clients here.',
  fixConnection: 'Fix connection',
  adminCanFix: 'An admin can fix this.',

  loading: 'Loading…',
  saving: 'Saving…',
  none: '–',
  /** Joins the facts of one line. */
  separator: ' · ',

  /** Names of buttons that read the same for every integration. */
  cancelRefreshOf: (name: string) => `Cancel the refresh of ${name}`,
  fixConnectionOf: (name: string) => `Fix connection of ${name}`,
  refreshOf: (name: string) => `Refresh ${name}`,
  refreshing: (name: string) => `Refreshing ${name}`,
}
