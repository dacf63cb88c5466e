import { defineConfig } from 'vitest/config'
import { ClosingLine } from './test/support/closing-line.ts'

/** One PostgreSQL serves the whole suite; every test that asks for a database gets one of its own. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/src/**/*.test.ts'],
    globalSetup: ['test/support/database-server.ts'],
    setupFiles: ['test/support/fork-server.ts'],
    reporters: ['default', new ClosingLine()],
    // Real processes on a busy shared machine: once more in CI, where the report names what needed it.
    retry: process.env['CI'] ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // They wait for processes, clocks and disks more than they compute.
    maxWorkers: 3,
    env: { TF_CLI_CONFIG_FILE: '/dev/null', CHECKPOINT_DISABLE: '1' },
  },
})
