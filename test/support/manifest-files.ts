import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { loadManifest, type Manifest, type Problem } from '../../src/manifest/index.ts'
import { AppError } from '../../src/platform/errors.ts'

/** A directory with these files, for as long as `work` takes. */
export async function withFiles<T>(
  files: Readonly<Record<string, string | Buffer>>,
  work: (root: string) => Promise<T>,
): Promise<T> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'portolan-manifest-')))
  try {
    await writeFiles(root, files)
    return await work(root)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

export async function writeFiles(
  root: string,
  files: Readonly<Record<string, string | Buffer>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, content)
  }
}

/** The manifest of these files; a text alone is `portolan.yaml`. */
export function manifestOf(files: string | Readonly<Record<string, string>>): Promise<Manifest> {
  return withFiles(asFiles(files), (root) => loadManifest(root))
}

/** What is wrong with a manifest, in lines: `3:5 unknown key … → Did you mean …?` */
export async function problemsOf(
  files: string | Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  try {
    await manifestOf(files)
    return []
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const problems = error.details['problems'] as readonly Problem[] | undefined
    return problems?.map(lineOf) ?? [`${error.message} → ${error.next}`]
  }
}

function lineOf({ at, message, next }: Problem): string {
  const file = at === undefined || at.file === 'portolan.yaml' ? '' : `${at.file}:`
  const place = at === undefined ? '' : `${file}${at.line}:${at.column} `
  return `${place}${message}${next === undefined ? '' : ` → ${next}`}`
}

function asFiles(files: string | Readonly<Record<string, string>>) {
  return typeof files === 'string' ? { 'portolan.yaml': files } : files
}
