/** The most bytes of a file: the API's limit. */
export const maxBytes = 5 * 1024 * 1024

/** Text beyond this takes more room in a request, with its escapes, than base64 would: 5 MiB of that always fit. */
const maxTextLength = 6_990_512

/** The content of a file, as the API takes it. */
export type Content = { text: string } | { base64: string }

/** Returns bytes as text if they are UTF-8, which keeps requests small and readable, and otherwise as they are: the server recognizes encodings. */
export function contentOf(bytes: Uint8Array): Content {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    if (new TextEncoder().encode(JSON.stringify(text)).length <= maxTextLength) return { text }
  } catch {
    // Another encoding.
  }
  return { base64: base64Of(bytes) }
}

const chunk = 0x8000 // bytes: functions take a limited number of arguments

function base64Of(bytes: Uint8Array): string {
  let binary = ''
  for (let from = 0; from < bytes.length; from += chunk) binary += String.fromCharCode(...bytes.subarray(from, from + chunk))
  return btoa(binary)
}
