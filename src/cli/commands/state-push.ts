import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError, codeOf, notFound } from '../../platform/errors.ts'
import type { Authority } from '../../state/index.ts'
import { type Call, exit } from '../call.ts'
import { requireReason } from '../typed.ts'
import { ownLockId } from '../workspace/own-lock.ts'
import { type EnvironmentFlags, withNewWorkspace } from '../workspace/place.ts'

interface Flags extends EnvironmentFlags {
  readonly reason?: string
  readonly force?: boolean
}

/** Records a state from a file. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, args, flags } = call
  const bytes = await readStateFile(path.resolve(call.directory, args[0] ?? ''))
  const force =
    flags.force === true ? { reason: requireReason(flags.reason, '--force') } : undefined
  return withNewWorkspace(call, undefined, async ({ services, workspace, location }) => {
    const lockId = await ownLockId(services, workspace, location.actor)
    const authority: Authority = lockId === undefined ? { kind: 'none' } : { kind: 'lock', lockId }
    const result = await services.state.write(workspace.id, {
      bytes,
      actor: location.actor,
      cause: 'push',
      authority,
      ...(flags.reason === undefined ? {} : { reason: flags.reason }),
      ...(force === undefined ? {} : { force }),
    })
    if (result.kind === 'rejected') {
      throw new AppError('conflict', `the state was not recorded: ${result.reason}`, {
        details: { rejection: result.code, quarantined: result.quarantined.id },
        next: 'It is kept: `portolan state rescue`. If you are sure: --force with --reason.',
      })
    }
    const { version } = result
    terminal.emit({
      event: 'pushed',
      version: version.number,
      serial: version.serial,
      repeated: result.kind === 'repeated',
    })
    terminal.print(
      result.kind === 'repeated'
        ? `These very bytes are current already, as version ${version.number}.`
        : `Recorded as version ${version.number} (serial ${version.serial}).`,
    )
    return exit.done
  })
}

/** @throws AppError `not_found` */
export async function readStateFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    const code = codeOf(error)
    throw notFound(`the file ${file} cannot be read (${code ?? 'unknown'})`, { cause: error })
  }
}
