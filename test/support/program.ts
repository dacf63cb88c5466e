import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import { claim } from '../../src/platform/process/claim.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * The command line, built once for a run of the tests: commands start in half the time that the sources
 * take, and tests start a thousand of them.
 */
export async function builtProgram(): Promise<string> {
  const directory = programDirectory(inject('templateDatabase'))
  const program = path.join(directory, 'portolan.mjs')
  if (existsSync(program)) return program
  await mkdir(path.dirname(directory), { recursive: true })
  const held = await claim(`${directory}.claims`)
  try {
    if (!existsSync(program)) await build(directory)
  } finally {
    await held.release()
  }
  return program
}

/** Where the program of a run is: as deep as the sources are, whose paths to other files it keeps. */
export function programDirectory(run: string): string {
  return path.join(root, '.data', `program-${run}`)
}

async function build(directory: string): Promise<void> {
  const draft = `${directory}.new`
  await rm(draft, { recursive: true, force: true })
  // Most tests need none of it.
  const vite = await import('vite')
  await vite.build({
    configFile: false,
    root,
    logLevel: 'error',
    build: {
      ssr: true,
      target: 'node22',
      minify: false,
      outDir: draft,
      rollupOptions: {
        input: { main: path.join(root, 'src/main.ts') },
        output: { entryFileNames: 'main.js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })
  await writeFile(path.join(draft, 'portolan.mjs'), ENTRY)
  await rename(draft, directory)
}

/** As `bin/portolan.mjs`, which looks for the sources first. */
const ENTRY = `import module from 'node:module'
import { homedir } from 'node:os'
import path from 'node:path'
const cache = process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache')
module.enableCompileCache?.(path.join(cache, 'portolan'))
const { main } = await import('./main.js')
await main(process.argv.slice(2))
`
