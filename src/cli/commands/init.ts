import path from 'node:path'
import { type FirstManifest, firstManifest, writeManifest } from '../../manifest/index.ts'
import { AppError } from '../../platform/errors.ts'
import { type Call, exit } from '../call.ts'
import { findPlatform } from '../platform/platform-place.ts'
import { plural, sanitise } from '../render/text.ts'

interface Flags {
  readonly dryRun?: boolean
}

/** Writes a first manifest of what is found. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, flags, config } = call
  const { root } = findPlatform(call)
  const first = await firstManifest(root, {
    project: path.basename(root),
    env: config.environment,
  })
  const file = path.join(root, 'portolan.yaml')
  if (flags.dryRun === true) {
    terminal.emit({ file, written: false, ...first })
    terminal.print(sanitise(first.text).trimEnd())
    terminal.note('', `${file} would be that; nothing was written.`)
    return exit.done
  }
  await writeManifest(root, first).catch((error: unknown) => {
    // Somebody may want to take over a part of it.
    if (error instanceof AppError) terminal.print(sanitise(first.text))
    throw error
  })
  terminal.emit({ file, written: true, ...first })
  tell(call, { file, first })
  return exit.done
}

interface Written {
  readonly file: string
  readonly first: FirstManifest
}

function tell({ terminal, directory }: Call<Flags>, { file, first }: Written): void {
  const { style } = terminal
  const { components, environments, from, notes } = first
  const what = `${plural(components, 'component')} in ${environments.join(', ')}`
  terminal.print(
    `Wrote ${path.relative(directory, file)}: ${what}${from === undefined ? '' : `, from ${from}`}.`,
  )
  if (notes.length > 0) {
    terminal.print('', `Not carried over from ${from ?? 'what was there'}:`)
    terminal.print(...notes.map((note) => `  ${sanitise(note).replace(/\s+/g, ' ')}`))
  }
  const steps = [
    ['portolan validate', 'after every edit: everything that is wrong, with its line'],
    ['portolan graph', 'what needs what'],
    ['portolan plan', 'what would change'],
  ] as const
  terminal.print('')
  for (const [line, meaning] of steps) {
    terminal.print(`${style.accent('→')} ${line.padEnd(18)} ${style.dim(meaning)}`)
  }
}
