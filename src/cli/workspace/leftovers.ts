import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { workDirectoryOf } from '../../app/runs/work-directory.ts'
import { inspectLeftover } from '../../runner/index.ts'
import type { Run } from '../../runs/index.ts'
import { inspectState } from '../../state/index.ts'
import type { WorkspacePlace } from './place.ts'

/** A state on this machine's disk that may not be recorded. */
interface LeftoverState {
  readonly title: string
  readonly file: string
  readonly bytes: Buffer
  readonly serial: number
  readonly resources: number
  readonly next: string | undefined
}

/** What is left on this machine of runs in a workspace. */
export interface Leftovers {
  /** A Terraform that is still at work although its runner is gone. */
  readonly atWork: { readonly runId: number; readonly pid: number | undefined } | undefined
  readonly states: readonly LeftoverState[]
}

/**
 * States newer than everything that is recorded, which a killed runner or a Terraform that could not deliver left on this machine, the one
 * with the highest serial first. Broken ones are passed over.
 */
export async function findLeftovers(
  { services, workspace, location }: WorkspacePlace,
  unknown: Run | undefined,
): Promise<Leftovers> {
  const current = await services.state.current(workspace.id)
  const leftover = await inspectLeftover(workDirectoryOf(services, workspace))
  const errored = path.join(location.directory, 'errored.tfstate')
  const erroredBytes =
    leftover?.erroredState?.bytes ?? (await readFile(errored).catch(() => undefined))
  const found = [
    leftover?.state === undefined || leftover.alive
      ? undefined
      : {
          title: `What Terraform left of run-${leftover.runId}`,
          file: leftover.stateFile,
          bytes: leftover.state,
          next:
            unknown === undefined
              ? undefined
              : `portolan state rescue --recover run-${unknown.id} --reason "…"   takes the newest of what was seen`,
        },
    erroredBytes === undefined
      ? undefined
      : {
          title: 'A state that Terraform could not deliver',
          file: leftover?.erroredState?.file ?? errored,
          bytes: erroredBytes,
          next: `portolan state push ${JSON.stringify(leftover?.erroredState?.file ?? errored)} --reason "…"`,
        },
  ]
  const states = found
    .flatMap((one) => {
      if (one === undefined) return []
      const inspection = inspectState(one.bytes)
      if (inspection.kind !== 'state') return []
      const { serial, lineage, managed } = inspection.header
      const newer =
        current === undefined || (current.lineage === lineage && serial > current.serial)
      return newer ? [{ ...one, serial, resources: managed ?? 0 }] : []
    })
    .sort((a, b) => b.serial - a.serial)
  const atWork = leftover?.alive === true ? { runId: leftover.runId, pid: leftover.pid } : undefined
  return { atWork, states }
}
