import { tmpdir } from 'node:os'
import path from 'node:path'

/**
 * For commands that a test starts with a HOME of its own: what Node compiled once is kept for all of them,
 * as it is for a person. Without it each test's first commands take a second longer.
 */
export const compileCache = {
  XDG_CACHE_HOME: path.join(tmpdir(), `portolan-compile-cache-${process.getuid?.() ?? 0}`),
} as const
