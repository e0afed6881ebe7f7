import type { Viewer } from '../api/documents'
import { settings } from '../words/settings'

export type Role = Viewer['role']

/** The roles, each with the permissions of those before it. */
const roles = ['VIEWER', 'EDITOR', 'ADMIN'] as const satisfies readonly Role[]

export const roleOptions = roles.map((value) => ({ value, label: settings.roles[value] }))

export const isRole = (value: string | null): value is Role => roles.some((role) => role === value)
