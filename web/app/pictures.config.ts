import { defineConfig } from '@playwright/test'

import tests from './playwright.config'

/** Takes the screenshots in docs/pictures from the built program. */
export default defineConfig({ ...tests, testDir: './pictures', reporter: 'list', timeout: 300_000, use: { ...tests.use, trace: 'off', contextOptions: { reducedMotion: 'reduce' } } })
