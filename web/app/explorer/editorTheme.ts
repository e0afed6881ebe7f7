import type { editor } from 'monaco-editor'

/** The editors' themes in the colors of the other pages. GraphiQL's own has line numbers that do not reach a contrast of 4.5 to 1. */
export const editorTheme = { light: 'orgmap-light', dark: 'orgmap-dark' }

const themes: Record<keyof typeof editorTheme, editor.IStandaloneThemeData> = {
  light: {
    base: 'vs',
    inherit: true,
    colors: colorsOf({ ground: '#ffffff', accent: '#3a56b6', faint: '#3a56b619', numbers: '#566074' }),
    rules: [{ token: 'argument.identifier.gql', foreground: '5a57b8' }, { token: 'number', foreground: '0a6b47' }],
  },
  dark: {
    base: 'vs-dark',
    inherit: true,
    colors: colorsOf({ ground: '#202328', accent: '#a9bcff', faint: '#a9bcff22', numbers: '#a3abb9' }),
    rules: [{ token: 'argument.identifier.gql', foreground: 'a8a4ff' }, { token: 'comment', foreground: '8fc27c' }],
  },
}

function colorsOf({ ground, accent, faint, numbers }: { ground: string; accent: string; faint: string; numbers: string }): editor.IColors {
  return {
    'editor.background': '#ffffff00', // shows the background behind the editor
    'scrollbar.shadow': '#ffffff00',
    'editorLineNumber.foreground': numbers,
    ...Object.fromEntries(['editorHoverWidget', 'editorSuggestWidget', 'editorWidget', 'menu', 'quickInput'].map((part) => [`${part}.background`, ground])),
    ...Object.fromEntries(['textLink.foreground', 'textLink.activeForeground', 'editorLink.activeForeground', 'list.highlightForeground',
      'list.focusHighlightForeground', 'editorSuggestWidget.selectedForeground', 'focusBorder', 'menu.selectionForeground'].map((part) => [part, accent])),
    ...Object.fromEntries(['list.hoverBackground', 'editorSuggestWidget.selectedBackground', 'quickInputList.focusBackground', 'menu.selectionBackground']
      .map((part) => [part, faint])),
  }
}

/** Defines the themes in the editor, which is loaded separately, and makes the editor follow the system's color scheme. */
export async function defineThemes(): Promise<void> {
  const monaco = await import('monaco-graphql/esm/monaco-editor.js')
  const follow = ({ matches }: { matches: boolean }) => {
    if (!document.body.matches('.graphiql-light, .graphiql-dark')) monaco.editor.setTheme(matches ? editorTheme.dark : editorTheme.light)
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', follow)
  for (const [scheme, name] of Object.entries(editorTheme)) monaco.editor.defineTheme(name, themes[scheme as keyof typeof themes])
}
