import type { Changes } from '../../platform/git/changes.ts'

/** What was asked of git before the command line was understood, for the command that is about to run. */
export interface HeadStart {
  readonly root: string
  readonly changes: Promise<Changes | undefined>
}

let started: Promise<HeadStart | undefined> | undefined

/**
 * Lets git begin to look for changes while everything else is still being loaded: on a large repository
 * that takes longest, and the rest fits into it. Only for a line that can mean but one thing.
 */
export function beginEarly(argv: readonly string[]): void {
  const [command, ...flags] = argv
  if (command !== 'affected' || !flags.every((flag) => harmless.has(flag))) return
  started = begin().catch(() => undefined)
}

const harmless: ReadonlySet<string> = new Set([
  '--why',
  '--with-dependents',
  '--json',
  '--no-color',
])

async function begin(): Promise<HeadStart | undefined> {
  const [{ findChanges }, { findPlatform }, { readConfig }] = await Promise.all([
    import('../../platform/git/changes.ts'),
    import('./platform-place.ts'),
    import('../../app/config.ts'),
  ])
  const config = readConfig()
  const { root, cacheDirectory } = findPlatform({ directory: process.cwd(), config })
  const place = { root, env: config.environment }
  const changes = findChanges(place, { ref: undefined, cacheDirectory })
  changes.catch(() => {}) // Seen by who waits for it.
  return { root, changes }
}

/** The head start, if there was one for this root. */
export async function takeHeadStart(root: string): Promise<HeadStart | undefined> {
  const found = await started
  started = undefined
  return found?.root === root ? found : undefined
}
