import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { buildWeb } from '../web/build.ts'
import { print } from './measure.ts'

/** Compressed bytes of JavaScript that the overview may load before it shows anything. */
const limit = 200_000

/** What a browser loads for the overview the first time: every file of it, compressed as it is sent. */
export async function run(): Promise<void> {
  const directory = await buildWeb()
  const manifest = await readManifest(directory)
  const page = Object.keys(manifest).find((name) => name.endsWith('overview-page.tsx'))
  if (page === undefined) throw new Error('the build has no overview page')
  const scripts = filesOf(manifest, ['index.html', page])
  let sum = 0
  for (const file of [...scripts, 'theme.js']) {
    const { length } = gzipSync(await readFile(join(directory, file)))
    sum += length
    print(`  ${file.padEnd(44)} ${kilobytes(length).padStart(9)}`)
  }
  print(
    `bench ui-first-load: ${kilobytes(sum)} of JavaScript, goal ${kilobytes(limit)}: ${sum <= limit ? 'met' : 'missed'}`,
  )
}

interface Chunk {
  readonly file: string
  readonly imports?: readonly string[]
}

type Manifest = Readonly<Record<string, Chunk>>

async function readManifest(directory: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8'))
}

/** The files of entries, with all that they import before they run. */
function filesOf(manifest: Manifest, entries: readonly string[]): ReadonlySet<string> {
  const files = new Set<string>()
  const visit = (name: string) => {
    const chunk = manifest[name]
    if (chunk === undefined || files.has(chunk.file)) return
    files.add(chunk.file)
    for (const imported of chunk.imports ?? []) visit(imported)
  }
  for (const entry of entries) visit(entry)
  return files
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
