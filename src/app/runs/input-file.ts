import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { codeOf, unavailable } from '../../platform/errors.ts'
import type { Workspace } from '../../projects/index.ts'
import type { Run } from '../../runs/index.ts'
import type { Context } from '../context.ts'

const RunInputs = z.object({
  variables: z.record(z.string(), z.string()),
  variableFiles: z.array(z.string()),
})

/** What a person gave with `-var` and `-var-file`; the apply needs the same again. */
export type RunInputs = z.infer<typeof RunInputs>

interface Place {
  readonly workspace: Workspace
  readonly run: Pick<Run, 'id'>
}

/** Keeps inputs for the apply of a plan, sealed: values may be secret. */
export async function sealInputs(context: Context, place: Place, inputs: RunInputs): Promise<void> {
  if (Object.keys(inputs.variables).length + inputs.variableFiles.length === 0) return
  const file = fileOf(context, place)
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, context.seal.seal(Buffer.from(JSON.stringify(inputs))), { mode: 0o600 })
}

/** @throws AppError `unavailable` when they were given on another machine */
export async function openInputs(
  context: Context,
  place: Place & { run: Run },
): Promise<RunInputs> {
  const file = fileOf(context, place)
  try {
    const sealed = await readFile(file)
    return RunInputs.parse(JSON.parse(context.seal.open(sealed).toString('utf8')))
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  const { variableNames } = place.run.options
  if (variableNames.length === 0) return { variables: {}, variableFiles: [] }
  throw unavailable(
    `run-${place.run.id} was planned with -var ${variableNames.join(', ')}, and their values are not on this machine`,
    { next: 'Apply it where it was planned, or plan again here.' },
  )
}

export async function removeInputs(context: Context, place: Place): Promise<void> {
  await rm(fileOf(context, place), { force: true })
}

function fileOf(context: Context, { workspace, run }: Place): string {
  return path.join(context.dataDirectory, 'workspaces', workspace.id, `run-${run.id}.inputs`)
}
