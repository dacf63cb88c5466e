import { existsSync } from 'node:fs'
import path from 'node:path'
import {
  buildGraph,
  checkPlaces,
  loadManifest,
  type Manifest,
  type Problem,
  problemsError,
} from '../../manifest/index.ts'
import { notFound } from '../../platform/errors.ts'
import { type Call, exit } from '../call.ts'
import { findPlatform, hasManifest } from '../platform/platform-place.ts'
import { plural } from '../render/text.ts'

interface Flags {
  readonly schema?: boolean
}

/** Says everything that is wrong with the manifest, or that it is right. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, config } = call
  if (call.flags.schema === true) return printSchema(call)
  const { root } = findPlatform(call)
  // One that is called otherwise is told by what reads it.
  const manifest = await loadManifest(root, { env: config.environment })
  if (!hasManifest(call)) {
    const count = plural(manifest.components.size, 'root module')
    throw notFound(`there is no portolan.yaml in ${root}`, {
      next: `portolan init   writes one; until then ${count} below it are found by themselves`,
    })
  }
  const missing = await checkPlaces(manifest)
  if (missing.length > 0) throw problemsError(root, missing)
  const { components, environments, files } = manifest
  const workspaces = buildGraph(manifest).nodes.size
  const notes = [...(manifest.notes ?? []), ...unread(manifest)]
  terminal.emit({
    files,
    components: components.size,
    environments: environments.size,
    workspaces,
    ...(notes.length === 0 ? {} : { notes }),
  })
  const counts = [
    plural(components.size, 'component'),
    plural(environments.size, 'environment'),
    plural(workspaces, 'workspace'),
  ]
  const others = files.length > 1 ? ` with ${plural(files.length - 1, 'included file')}` : ''
  terminal.print(`${files[0]}${others} is right: ${counts.join(', ')}.`)
  for (const note of notes) terminal.print(noteLine(note))
  if (components.size === 0) {
    terminal.print(`${terminal.style.accent('→')} Name the first part below \`components:\`.`)
  }
  return exit.done
}

/** A `portolan.yaml` counts alone: whoever still writes the other file is told. */
function unread({ root, source }: Manifest): Problem[] {
  if (source !== 'file' || !existsSync(path.join(root, 'atlantis.yaml'))) return []
  const at = { file: 'atlantis.yaml', line: 1, column: 1 }
  return [{ at, message: 'it is not read: portolan.yaml counts', next: 'Remove it.' }]
}

function noteLine({ at, message, next }: Problem): string {
  const place = at === undefined ? '' : `${at.file}:${at.line}:${at.column}: `
  return `${place}${message}${next === undefined ? '' : `. ${next}`}`
}

async function printSchema({ terminal }: Call<Flags>): Promise<number> {
  const { manifestJsonSchema } = await import('../../manifest/index.ts')
  await terminal.raw(`${JSON.stringify(await manifestJsonSchema(), undefined, 2)}\n`)
  return exit.done
}
