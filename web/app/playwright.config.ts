import { defineConfig } from '@playwright/test'

// The browser is the system's own: nothing is downloaded.
export default defineConfig({
  testDir: './e2e',
  outputDir: './test-results',
  globalSetup: './e2e/build.ts',
  // One server serves all tests, in order. Without a GPU, Chromium keeps two cores busy: two workers were not faster, and tests shared
  // a server in random combinations.
  workers: 1,
  // A failed test is retried on a new server, and reported as flaky if it passes.
  retries: process.env.CI ? 1 : 0,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['./e2e/reporter.ts']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1500, height: 760 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
      // Show scroll bars that take up space, as most people have them: otherwise a double scroll bar goes unnoticed.
      ignoreDefaultArgs: ['--hide-scrollbars'],
    },
    trace: 'on-first-retry', // recording every test doubles its duration
  },
})
