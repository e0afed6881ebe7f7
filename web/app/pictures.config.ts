import { defineConfig } from '@playwright/test'

import tests from './playwright.config'

/** Takes the documents' pictures: of the built program, so that they show what is there. */
export default defineConfig({ ...tests, testDir: './pictures', reporter: 'list', timeout: 300_000, use: { ...tests.use, trace: 'off', contextOptions: { reducedMotion: 'reduce' } } })
