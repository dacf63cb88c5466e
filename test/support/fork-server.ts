import { afterAll, beforeAll, describe } from 'vitest'
import { holdForkServer } from '../../src/platform/process/process.ts'

// A test's process is large, and starts many programs.
let held = holdForkServer()

/** The same tests of programs that a fork server starts, and of those that this process starts itself. */
export function describeStarted(what: string, tests: (starter: 'fork server' | 'process') => void) {
  describe(`${what} by a fork server`, () => tests('fork server'))
  describe(`${what} by this process`, () => {
    beforeAll(() => held.release())
    afterAll(() => {
      held = holdForkServer()
    })
    tests('process')
  })
}
