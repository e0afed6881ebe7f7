import { defineConfig } from '@playwright/test'

// The browser is the system's own: nothing is downloaded.
export default defineConfig({
  testDir: './e2e',
  outputDir: './test-results',
  globalSetup: './e2e/build.ts',
  // One server serves all tests, in their order. Chromium draws without a graphics card and fills two cores by itself: two workers
  // took as long, and which tests met on one server was left to chance.
  workers: 1,
  // A test that fails is tried again on a fresh server, and listed as flaky.
  retries: process.env.CI ? 1 : 0,
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
    trace: 'on-first-retry', // to record each test takes as long as the test
  },
})
