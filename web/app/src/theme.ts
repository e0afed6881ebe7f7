import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

import { words } from './words'

const ink: MantineColorsTuple = [
  '#eef2ff', '#dfe6fd', '#bccaf8', '#97acf3', '#7891ee', '#6480eb', '#5272e2', '#4261cb', '#3a56b6', '#2f499f',
]

// Grays with the pages' own tint; Mantine's are neutral.
const dark: MantineColorsTuple = [
  '#c9cdd4', '#b4b9c2', '#8c95a5', '#6b7380', '#3f454e', '#31363d', '#272b31', '#1a1c20', '#16181b', '#111315',
]

export const theme = createTheme({
  primaryColor: 'ink',
  // Lighter shades do not reach a contrast of 4.5 to 1 under white text.
  primaryShade: { light: 8, dark: 7 },
  colors: { ink, dark },
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, 'DejaVu Sans Mono', monospace",
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  components: {
    Button: { defaultProps: { size: 'xs', fw: 550 } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300, multiline: true, maw: 340, events: { hover: true, focus: true, touch: true } } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 }, closeButtonProps: { 'aria-label': words.common.close } } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    // The list itself scrolls: a scrolling frame around it would add a keyboard stop.
    Select: {
      defaultProps: { size: 'sm', withScrollArea: false, comboboxProps: { portalProps: { target: '#lists' } } },
      styles: { options: { maxHeight: 345, overflowY: 'auto' } },
    },
    InputDescription: { defaultProps: { fz: 'xs' } },
    InputError: { defaultProps: { fz: 'sm' } },
    Menu: { defaultProps: { withInitialFocusPlaceholder: false, shadow: 'md', withinPortal: true, position: 'bottom-start', portalProps: { target: '#lists' } } },
  },
})

/** Mantine's dimmed texts are too pale to reach a contrast of 4.5 to 1; they use the page's own colors. */
export const variables: CSSVariablesResolver = () => {
  const own = {
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-dimmed': 'var(--text-soft)',
    '--mantine-color-placeholder': 'var(--text-faint)',
    '--mantine-color-error': 'var(--text-bad)',
    '--mantine-color-default-border': 'var(--line-strong)',
  }
  return { variables: {}, light: own, dark: own }
}
