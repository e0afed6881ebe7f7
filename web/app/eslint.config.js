import js from '@eslint/js'
import { defineConfig } from 'eslint/config'
import jsxA11y from 'eslint-plugin-jsx-a11y'
import reactHooks from 'eslint-plugin-react-hooks'
import typescript from 'typescript-eslint'

// Finds what the compiler does not: promises that nobody awaits, hooks that read stale values, controls without a name.
export default defineConfig(
  { ignores: ['src/graphql-env.d.ts', 'test-results'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [js.configs.recommended, typescript.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // A function may be asynchronous because its caller expects a promise.
      '@typescript-eslint/require-await': 'off',
      // Objects of libraries that are closures declare methods: `{ unsubscribe } = source.subscribe()` loses nothing.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['src/**/*.tsx', 'src/**/*.ts', 'explorer/**/*.tsx'],
    extends: [jsxA11y.flatConfigs.recommended],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      // The keyboard of a grid, a list of options and a dialog is handled by the element that contains them, as the ARIA
      // patterns describe. The browser tests press the keys and run axe, which sees the finished page.
      'jsx-a11y/click-events-have-key-events': 'off',
      'jsx-a11y/interactive-supports-focus': 'off',
      'jsx-a11y/no-noninteractive-element-interactions': 'off',
      // What scrolls must be reachable by keyboard, with a name.
      'jsx-a11y/no-noninteractive-tabindex': ['error', { tags: [], roles: ['region', 'group'] }],
    },
  },
  {
    // Playwright reads which fixtures a function wants from its first parameter, even if it wants none.
    files: ['e2e/**'],
    rules: { 'no-empty-pattern': 'off' },
  },
)
