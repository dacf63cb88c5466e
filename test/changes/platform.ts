import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { applyChange } from '../../src/app/changes/apply-change.ts'
import { approveChange } from '../../src/app/changes/approve-change.ts'
import type { ApplyChangeRequest } from '../../src/app/changes/change-requests.ts'
import { planChange } from '../../src/app/changes/plan-change.ts'
import { readConfig } from '../../src/app/config.ts'
import { type Context, openContext } from '../../src/app/context.ts'
import type { ChangeEvent, ChangeView, Result } from '../../src/changes/index.ts'
import { buildGraph, loadManifest, select } from '../../src/manifest/index.ts'
import { runCommand } from '../../src/platform/process/process.ts'
import { locate } from '../../src/projects/index.ts'
import { test as base } from '../support/database.ts'

export interface PlanOptions {
  readonly operation?: 'apply' | 'destroy'
  /** Workspaces or components; all of the manifest when absent. */
  readonly names?: readonly string[]
  readonly environments?: readonly string[]
  readonly set?: Readonly<Record<string, string>>
  readonly force?: boolean
  readonly parallel?: number
  /** Workspaces to end that the manifest does not have any more; nothing else is selected then. */
  readonly orphans?: readonly string[]
}

type ApplyOptions = Partial<
  Pick<
    ApplyChangeRequest,
    'environments' | 'approve' | 'override' | 'retry' | 'failFast' | 'parallel'
  >
>

/** A repository with a manifest, and what Portolan does with it in this process. */
export interface Platform {
  readonly root: string
  readonly context: Context
  /** Everything that was told, of all changes. */
  readonly events: ChangeEvent[]
  write(files: Readonly<Record<string, string>>): Promise<void>
  read(name: string): Promise<string>
  commit(message: string): Promise<void>
  git(...args: string[]): Promise<string>
  plan(options?: PlanOptions): Promise<ChangeView>
  apply(change: ChangeView, options?: ApplyOptions): Promise<ChangeView>
  approve(
    change: ChangeView,
    environments?: readonly string[],
    override?: string,
  ): Promise<readonly string[]>
  /** Plans and applies whatever is selected; every plan is agreed to. */
  deploy(options?: PlanOptions): Promise<ChangeView>
}

/** vitest's `test` with an empty platform in a git repository and a database of its own. */
export const test = base.extend<{ platform: Platform }>({
  platform: async ({ connection }, use) => {
    const home = await mkdtemp(path.join(tmpdir(), 'portolan-platform-'))
    const root = path.join(home, 'shop')
    await mkdir(root)
    const config = readConfig({
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      DATABASE_URL: connection,
      PORTOLAN_DATA_DIR: path.join(home, 'data'),
      TF_CLI_CONFIG_FILE: '/dev/null',
      CHECKPOINT_DISABLE: '1',
      GIT_CONFIG_NOSYSTEM: '1',
    })
    const git = async (...args: string[]) => {
      const result = await runCommand('git', args, { cwd: root, env: config.environment })
      if (result.exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`)
      return result.stdout.toString('utf8')
    }
    await git('init', '--quiet', '--initial-branch=main')
    await git('config', 'user.name', 'Ada')
    await git('config', 'user.email', 'ada@example.com')
    const where = () =>
      locate(root, { dataHome: config.dataHome, env: config.environment, environment: undefined })
    const { repositoryId } = await where()
    const context = await openContext(config, { repositoryId })
    const events: ChangeEvent[] = []
    const watch = {
      event: (event: ChangeEvent) => events.push(event),
      cancelled: new AbortController().signal,
      forced: new AbortController().signal,
    }
    const platform: Platform = {
      root,
      context,
      events,
      git,
      write: async (files) => {
        for (const [name, content] of Object.entries(files)) {
          await mkdir(path.dirname(path.join(root, name)), { recursive: true })
          await writeFile(path.join(root, name), content)
        }
      },
      read: (name) => readFile(path.join(root, name), 'utf8'),
      commit: async (message) => {
        await git('add', '--all')
        await git('commit', '--quiet', '--allow-empty', '--message', message)
      },
      plan: async (options = {}) => {
        const manifest = await loadManifest(root, {})
        const { names, environments } = options
        const chosen = select(buildGraph(manifest), {
          ...(names === undefined ? {} : { names }),
          ...(environments === undefined ? {} : { environments }),
        })
        const selected = options.orphans ?? [...chosen.names]
        const request = {
          location: await where(),
          manifest,
          operation: options.operation ?? 'apply',
          workspaces: new Map(selected.map((name) => [name, ['selected']] as const)),
          selection: (names ?? []).join(' '),
          reason: undefined,
          set: options.set ?? {},
          force: options.force ?? false,
          parallel: options.parallel,
          failFast: false,
        }
        return planChange(context, request, watch)
      },
      apply: async (change, options = {}) =>
        applyChange(
          context,
          {
            location: await where(),
            manifest: await loadManifest(root, {}),
            changeId: change.change.id,
            environments: undefined,
            approve: 'planned',
            override: undefined,
            parallel: undefined,
            failFast: false,
            retry: false,
            ...options,
          },
          watch,
        ),
      approve: async (change, environments, override) => {
        const approved = await approveChange(context, {
          changeId: change.change.id,
          actor: (await where()).actor,
          environments,
          workspaces: undefined,
          override,
        })
        return approved.approved
      },
      deploy: async (options) => {
        const change = await platform.plan(options)
        return change.change.status === 'open' ? platform.apply(change) : change
      },
    }
    await use(platform)
    await context[Symbol.asyncDispose]()
    await rm(home, { recursive: true, force: true })
  },
})

/** Where every workspace of a change stands. */
export function results(view: ChangeView): Record<string, Result> {
  return Object.fromEntries(view.nodes.map((node) => [node.name, node.result]))
}

/** Why a workspace stands where it does, as it was told last. */
export function because({ events }: Platform, name: string): string {
  const told = events.findLast((event) => event.event === 'workspace' && event.workspace === name)
  return told?.event === 'workspace' ? (told.because ?? '') : ''
}

/** A root module of built-in resources that gives its inputs on as outputs. */
export function echoModule(...names: readonly string[]): string {
  return names
    .map(
      (name) => `
variable "${name}" { type = any }
resource "terraform_data" "${name}" { input = var.${name} }
output "${name}" { value = var.${name} }
`,
    )
    .join('')
}
