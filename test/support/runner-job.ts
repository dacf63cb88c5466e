import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test as base } from 'vitest'
import { type ApplyOutcome, type Job, noHooks, type PlanOutcome } from '../../src/runner/index.ts'
import { CapturingPort } from './runner-port.ts'

/** The environment of a person's shell, as far as a run needs it. */
export const userVariables: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '',
  TF_CLI_CONFIG_FILE: '/dev/null',
}

/** A root module and the directory that a runner keeps for its workspace. */
export interface Workbench {
  readonly directory: string
  readonly workDirectory: string
  /** Writes files of the module; a name may lead to another directory. */
  write(files: Readonly<Record<string, string>>): Promise<void>
  job(changes?: Partial<Job>): Job
}

interface WorkbenchFixtures {
  readonly root: string
  readonly workbench: Workbench
  readonly port: CapturingPort
}

export const test = base.extend<WorkbenchFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from this pattern.
  root: async ({}, use) => {
    const root = await mkdtemp(path.join(tmpdir(), 'portolan-runner-'))
    await use(root)
    await rm(root, { recursive: true, force: true })
  },
  workbench: async ({ root }, use) => {
    await use(await makeWorkbench(root))
  },
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from this pattern.
  port: async ({}, use) => {
    await use(new CapturingPort())
  },
})

async function makeWorkbench(root: string): Promise<Workbench> {
  const directory = path.join(root, 'module')
  const workDirectory = path.join(root, 'work')
  await mkdir(directory)
  return {
    directory,
    workDirectory,
    async write(files) {
      for (const [name, text] of Object.entries(files)) {
        const file = path.join(directory, name)
        await mkdir(path.dirname(file), { recursive: true })
        await writeFile(file, text)
      }
    },
    job: (changes = {}) => ({
      runId: 1,
      operation: 'apply',
      options: {
        planOnly: false,
        targets: [],
        replace: [],
        refresh: true,
        variableNames: [],
        variableFiles: [],
      },
      directory,
      workDirectory,
      terraformWorkspace: 'default',
      environment: { kind: 'user', variables: userVariables },
      variables: {},
      variableFiles: [],
      state: undefined,
      kind: 'terraform',
      workspace: { component: 'module', environment: 'default' },
      repositoryRoot: directory,
      inputs: {},
      varFiles: [],
      secrets: [],
      command: undefined,
      hooks: noHooks,
      outputs: new Map(),
      timeoutSeconds: undefined,
      retry: undefined,
      once: false,
      force: false,
      unfinished: false,
      provisional: false,
      sourceDigest: undefined,
      tool: undefined,
      terraformVersion: undefined,
      ownState: false,
      ...changes,
    }),
  }
}

type Planned = Extract<PlanOutcome, { kind: 'planned' }> & { readonly file: Buffer }

/** The outcome of a plan that must have succeeded. */
export function planned(outcome: PlanOutcome): Planned {
  if (outcome.kind === 'planned' && outcome.file !== undefined) {
    return { ...outcome, file: outcome.file }
  }
  throw new Error(`not planned: ${JSON.stringify(outcome)}`)
}

/** The state that an apply left, which must have succeeded. */
export function appliedState(outcome: ApplyOutcome): Buffer {
  if (outcome.kind === 'applied' && outcome.state !== undefined) return outcome.state
  throw new Error(`not applied: ${JSON.stringify({ ...outcome, state: undefined })}`)
}

interface StateText {
  readonly serial: number
  readonly lineage: string
  readonly outputs: Readonly<Record<string, { readonly value: unknown }>>
  readonly resources: readonly {
    readonly type: string
    readonly name: string
    readonly instances: readonly {
      readonly status?: string
      readonly attributes: Readonly<Record<string, unknown>>
    }[]
  }[]
}

export function readState(bytes: Buffer): StateText {
  return JSON.parse(bytes.toString('utf8'))
}
