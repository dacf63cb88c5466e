import { randomBytes } from 'node:crypto'
import { createForgeService, type ForgeService, type ForgeWish } from '../../src/forges/index.ts'
import { newId } from '../../src/platform/ids.ts'
import { createSeal } from '../../src/secrets/index.ts'
import { test as base } from './database.ts'

interface ForgeFixtures {
  readonly sealFor: (purpose: string) => ReturnType<typeof createSeal>
  readonly forges: ForgeService
  /** A new project of this name; the repository is what names it: `github.com/acme/infra`. */
  readonly project: (name: string, repository?: string) => Promise<string>
}

/** vitest's `test` with the hosts of projects in a database of its own. */
export const test = base.extend<ForgeFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from this pattern.
  sealFor: async ({}, use) => {
    const key = randomBytes(32)
    await use((purpose) => createSeal(key, purpose))
  },
  forges: async ({ db, sealFor }, use) => {
    const plainGit = () => Promise.reject(new Error('no test here opens plain git'))
    await use(createForgeService(db, { sealFor, plainGit }))
  },
  project: async ({ db }, use) => {
    await use(async (name, repository = `github.com/acme/${name}`) => {
      const id = newId()
      await db.insertInto('projects').values({ id, name, repository }).execute()
      return id
    })
  },
})

/** GitHub by a token, as far as nothing else is said. */
export function aWish(parts: Partial<ForgeWish> = {}): ForgeWish {
  return {
    kind: 'github',
    apiUrl: undefined,
    repository: undefined,
    credentials: { type: 'token', token: 'ghp_secret' },
    settings: {},
    ...parts,
  }
}
