import js from '@eslint/js'
import { defineConfig } from 'eslint/config'
import jsxA11y from 'eslint-plugin-jsx-a11y'
import reactHooks from 'eslint-plugin-react-hooks'
import typescript from 'typescript-eslint'

const letters = '[value=/[A-Za-z]/]'
const rawLetters = '[value.raw=/[A-Za-z]/]'
const shownAttributes = 'JSXAttribute[name.name=/^(alt|aria-label|aria-description|confirm|description|error|label|nothingFoundMessage|placeholder|title)$/]'
const shown = `:matches(${shownAttributes}, JSXElement, JSXFragment)`
const choice = ':matches(ConditionalExpression, LogicalExpression)'

/** Finds texts in components. */
const texts = [
  `JSXText${letters}`,
  `${shownAttributes} > Literal${letters}`,
  `${shown} > JSXExpressionContainer > Literal${letters}`,
  `${shown} > JSXExpressionContainer > TemplateLiteral > TemplateElement${rawLetters}`,
  `${shown} > JSXExpressionContainer > ${choice} > Literal${letters}`,
  `${shown} > JSXExpressionContainer > ${choice} > TemplateLiteral > TemplateElement${rawLetters}`,
  `${shown} > JSXExpressionContainer > ${choice} > ${choice} > Literal${letters}`,
  'CallExpression[callee.name="notify"] > :matches(Literal, TemplateLiteral):nth-child(2)',
  // Two words in a row, wherever they are.
  'Literal[value=/[A-Za-z]{2,} [a-z]{2,}/]',
  'TemplateElement[value.raw=/[A-Za-z]{2,} [a-z]{2,}/]',
].map((selector) => ({ selector, message: 'Put texts that a person reads into src/words.' }))

const locale = { selector: 'NewExpression[callee.object.name="Intl"] > Literal', message: 'Formats follow the browser’s locale.' }

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
    files: ['src/**/*.ts', 'src/**/*.tsx', 'explorer/**/*.tsx'],
    ignores: ['src/words/**', 'src/**/documents.ts'],
    rules: { 'no-restricted-syntax': ['error', ...texts, locale] },
  },
  {
    // Playwright reads which fixtures a function wants from its first parameter, even if it wants none.
    files: ['e2e/**'],
    rules: { 'no-empty-pattern': 'off' },
  },
)
