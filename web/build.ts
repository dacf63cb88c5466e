import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { glob, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const built = join(root, 'dist/web')
const digestFile = join(root, 'dist/web.digest')

/** All that the built pages are made of. */
const sources = [
  'web/**/*.{ts,tsx,css,html,js,svg,json}',
  'src/api/client/*.ts',
  'src/platform/errors.ts',
  'package-lock.json',
]

/**
 * Builds the web UI from the sources, unless it was built from just these.
 * @returns the directory that is to be served
 */
export async function buildWeb(): Promise<string> {
  const digest = await digestOfSources()
  const known = await readFile(digestFile, 'utf8').catch(() => undefined)
  if (known === digest && existsSync(join(built, 'index.html'))) return built
  // Aside, and then moved: who serves the former one, or builds at the same time, never sees half of it.
  const aside = join(root, `dist/.web-${process.pid}`)
  // Tests have an environment of their own, with which everything would be built for developers.
  const { NODE_ENV } = process.env
  process.env['NODE_ENV'] = 'production'
  try {
    const { build } = await import('vite')
    await build({
      configFile: fileURLToPath(new URL('vite.config.ts', import.meta.url)),
      logLevel: 'warn',
      build: { outDir: aside },
    })
    await replace(aside)
    await writeFile(digestFile, digest)
  } finally {
    if (NODE_ENV === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = NODE_ENV
    await rm(aside, { recursive: true, force: true })
  }
  return built
}

async function replace(aside: string): Promise<void> {
  const former = `${aside}-former`
  await mkdir(dirname(built), { recursive: true })
  await rename(built, former).catch(() => undefined)
  await rename(aside, built)
  await rm(former, { recursive: true, force: true })
}

async function digestOfSources(): Promise<string> {
  const names: string[] = []
  for await (const name of glob(sources, { cwd: root })) {
    if (!name.endsWith('.test.ts')) names.push(name)
  }
  const hash = createHash('sha256')
  for (const name of names.toSorted()) {
    hash.update(`${name}\0`).update(await readFile(join(root, name)))
  }
  return hash.digest('hex')
}

if (import.meta.main) await buildWeb()
