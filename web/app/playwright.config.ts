import { defineConfig } from '@playwright/test'

// The browser is the system's own: nothing is downloaded.
export default defineConfig({
  testDir: './e2e',
  outputDir: './test-results',
  globalSetup: './e2e/build.ts',
  // Each worker has a server of its own, for all of its tests: what one test does to it disturbs no other worker's.
  workers: 2,
  fullyParallel: true,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['./e2e/reporter.ts']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 760 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
      // Scroll bars take room, as they do for most people: without them two beside each other go unnoticed.
      ignoreDefaultArgs: ['--hide-scrollbars'],
    },
    trace: 'retain-on-failure',
  },
})
