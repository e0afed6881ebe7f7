import { PasswordInput, TextInput } from '@mantine/core'

import type { ApplicationInfo } from '../api/documents'
import { words } from '../words'

export interface UserError {
  code: string
  message: string
  path: readonly string[]
}

interface Props {
  fields: ApplicationInfo['credentialFields']
  values: Readonly<Record<string, string>>
  errors: readonly UserError[]
  onChange: (name: string, value: string) => void
}

/** The credentials that an application requires, as its description lists them. */
export function CredentialFields({ fields, values, errors, onChange }: Props) {
  return fields.map((field, index) => {
    const Input = field.secret ? PasswordInput : TextInput
    const error = errors.find(({ path }) => path[1] === 'credentials' && path[2] === String(index))?.message
    return (
      <Input
        key={field.name}
        label={field.required ? field.label : words.integrations.form.optional(field.label)}
        required={field.required}
        withAsterisk={false}
        description={field.help}
        value={values[field.name] ?? ''}
        // Keep browsers and password managers from taking a vendor's key for a user's password.
        autoComplete={field.secret ? 'new-password' : 'off'}
        data-1p-ignore
        spellCheck={false}
        error={error}
        aria-invalid={error !== undefined}
        onChange={(event) => onChange(field.name, event.currentTarget.value)}
      />
    )
  })
}

/** Returns the values in the order of the form, which is the order that error paths refer to. */
export const credentialsOf = (fields: ApplicationInfo['credentialFields'], values: Readonly<Record<string, string>>) =>
  fields.map(({ name }) => ({ name, value: values[name] ?? '' }))

/** Returns the errors about the form as a whole, which no field shows. */
export function remaining(errors: readonly UserError[], shown: (path: readonly string[]) => boolean): string | null {
  return errors.filter(({ path }) => !shown(path)).map(({ message }) => message).join(' ') || null
}
