import type { Reporter, TestCase } from '@playwright/test/reporter'

/** Prints one line at the end: how many tests passed and failed. */
export default class Totals implements Reporter {
  private readonly tests = new Set<TestCase>()

  onTestEnd(test: TestCase) {
    this.tests.add(test)
  }

  onExit() {
    const run = [...this.tests].filter((test) => test.outcome() !== 'skipped')
    const ok = run.filter((test) => test.ok()).length
    process.stdout.write(`${ok} passed, ${run.length - ok} failed\n`)
    return Promise.resolve()
  }
}
