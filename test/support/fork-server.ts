import { holdForkServer } from '../../src/platform/process/process.ts'

// A test's process is large, and starts many programs.
holdForkServer()
