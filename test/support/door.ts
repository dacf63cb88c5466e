import type { Kysely } from 'kysely'
import { pino } from 'pino'
import { createTokenService, type Permission } from '../../src/access/index.ts'
import type { DB } from '../../src/platform/db/schema.gen.ts'
import type { ServeOptions } from '../../src/platform/http/server.ts'
import { createProjectService, type ProjectService } from '../../src/projects/index.ts'
import { startServer } from '../../src/server/server.ts'
import { createStateService, type StateLimits, type StateService } from '../../src/state/index.ts'
import { test as base } from './database.ts'
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts'
import { createTerraform, type Terraform } from './terraform.ts'

/** A server with the http door, and the services behind it. */
export interface Door {
  readonly url: string
  /** What the server logged. */
  readonly log: readonly Record<string, unknown>[]
  readonly state: StateService
  readonly projects: ProjectService
  /** A new token. */
  token(...permissions: Permission[]): Promise<string>
  /** Id of a workspace that exists. */
  workspace(path: string): Promise<string>
  close(): Promise<void>
}

export interface DoorOptions {
  readonly limits?: Partial<StateLimits>
  readonly serve?: Partial<ServeOptions>
}

export async function openDoor(db: Kysely<DB>, options: DoorOptions = {}): Promise<Door> {
  const log: Record<string, unknown>[] = []
  const state = createStateService(db)
  const projects = createProjectService(db)
  const tokens = createTokenService(db)
  const server = await startServer(
    {
      db,
      state,
      projects,
      tokens,
      log: pino({ level: 'info' }, { write: (line: string) => log.push(JSON.parse(line)) }),
      limits: options.limits ?? {},
    },
    { host: '127.0.0.1', port: 0, ...options.serve },
  )
  let made = 0
  return {
    url: server.url,
    log,
    state,
    projects,
    token: async (...permissions) => {
      made += 1
      const created = await tokens.create({ name: `token-${made}`, permissions, actor: 'test' })
      return created.token
    },
    workspace: async (path) => {
      const [, project = '', component = '', environment = ''] =
        /^([^/]+)\/(.+)@([^@]+)$/.exec(path) ?? []
      const found = await projects.findWorkspace(project, component, environment)
      if (found === undefined) throw new Error(`there is no workspace ${path}`)
      return found.id
    },
    close: () => server.close(),
  }
}

interface DoorFixtures {
  readonly door: Door
  /** A proxy before the door. */
  readonly proxy: FaultyProxy
  /** A token that reads and writes. */
  readonly token: string
  /** Root modules and the real Terraform in them. */
  readonly terraform: Terraform
}

/** vitest's `test` with a server of its own for each test that asks for one. */
export const test = base.extend<DoorFixtures>({
  door: async ({ db }, use) => {
    const door = await openDoor(db)
    await use(door)
    await door.close()
  },
  proxy: async ({ door }, use) => {
    const proxy = await startFaultyProxy(door.url)
    await use(proxy)
    await proxy.close()
  },
  token: async ({ door }, use) => {
    await use(await door.token('state:read', 'state:write'))
  },
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from this pattern.
  terraform: async ({}, use) => {
    const terraform = await createTerraform()
    await use(terraform)
    await terraform.remove()
  },
})
