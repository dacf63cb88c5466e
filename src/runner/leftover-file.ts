import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { identityOf, isAlive } from '../platform/process/identity.ts'
import { readIfThere } from './state/state-file.ts'

const Record = z.object({
  runId: z.number(),
  phase: z.enum(['plan', 'apply']),
  command: z.string(),
  directory: z.string(),
  stateFile: z.string(),
  /** Absent while the process is being started. */
  process: z.object({ pid: z.number(), startedAt: z.string() }).optional(),
})
export type ProcessRecord = z.infer<typeof Record>

/** What a runner that was killed left behind in a workspace's directory. */
export interface Leftover {
  readonly runId: number
  readonly phase: 'plan' | 'apply'
  /** Terraform's process id; undefined when the runner died while starting it. */
  readonly pid: number | undefined
  /** Terraform is still at work: it will finish and write the state file by itself. */
  readonly alive: boolean
  readonly stateFile: string
  /** The bytes of the state file now; they may be torn while Terraform is alive. */
  readonly state: Buffer | undefined
  /** `errored.tfstate` in the module's directory: what Terraform could not deliver over HTTP. */
  readonly erroredState: { readonly file: string; readonly bytes: Buffer } | undefined
}

/** Writes down which process is at work, for who comes after a killed runner. */
export async function recordProcess(
  file: string,
  record: Omit<ProcessRecord, 'process'>,
  pid: number | undefined,
): Promise<void> {
  const identity = pid === undefined ? undefined : await identityOf(pid)
  const whole = identity === undefined ? record : { ...record, process: identity }
  await writeFile(file, JSON.stringify(whole), { mode: 0o600 })
}

export async function forgetProcess(file: string): Promise<void> {
  await rm(file, { force: true })
}

/**
 * Looks for a Terraform that a killed runner left in a workspace's directory. Only true for the
 * machine it ran on. Undefined when the last run there came to its end.
 */
export async function inspectLeftover(workDirectory: string): Promise<Leftover | undefined> {
  const text = await readIfThere(path.join(workDirectory, 'process.json'))
  if (text === undefined) return undefined
  const parsed = Record.safeParse(parseJson(text.toString('utf8')))
  if (!parsed.success) return undefined
  const { process: identity, ...record } = parsed.data
  const errored = path.join(record.directory, 'errored.tfstate')
  const erroredBytes = await readIfThere(errored)
  return {
    runId: record.runId,
    phase: record.phase,
    pid: identity?.pid,
    alive: identity !== undefined && (await isAlive(identity)),
    stateFile: record.stateFile,
    state: await readIfThere(record.stateFile),
    erroredState: erroredBytes && { file: errored, bytes: erroredBytes },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
