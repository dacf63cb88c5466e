import { staysInside } from '../kinds/path.ts'
import type { Manifest } from '../manifest.ts'
import type { ScalarNode } from '../node.ts'
import type { Problem } from '../problem.ts'
import { readCached, writeCached } from './cache-file.ts'
import { problemsError } from './problems-file.ts'
import type { ManifestText } from './text.ts'
import { ATLANTIS_FILE, MAIN_FILE, readMainText, readText, readTextIfThere } from './text-file.ts'

export interface LoadOptions {
  /** Where the checked manifest is kept, so that the next command need not read it again. */
  readonly cacheDirectory?: string | undefined
  /** The process environment: for git, which knows the files that discovery must not look at. */
  readonly env?: Readonly<Record<string, string>> | undefined
}

/** Where the files of a manifest are read: the working tree, or another commit. */
export interface ManifestReader {
  /** Undefined where there is no `portolan.yaml`. */
  main(): Promise<ManifestText | undefined>
  /** Files that a glob of `include` means. */
  included(glob: string): Promise<readonly string[]>
  text(file: string): Promise<ManifestText>
}

/**
 * The manifest of a repository, read and checked whole. Where there is no `portolan.yaml`: the projects
 * of its `atlantis.yaml`, or what discovery finds.
 * @throws AppError `invalid` with everything that is wrong: `details.problems` are the `Problem`s.
 */
export async function loadManifest(root: string, options: LoadOptions = {}): Promise<Manifest> {
  const found = await readManifest(root, workingTree(root), options.cacheDirectory)
  if (found !== undefined) return found
  const { discover, configDirectories } = await import('../discovery/discover-file.ts')
  const atlantis = await readTextIfThere(root, ATLANTIS_FILE)
  if (atlantis === undefined) return discover(root, options)
  const { atlantisManifest } = await import('../atlantis/manifest-of-file.ts')
  return atlantisManifest(root, atlantis, await configDirectories(root, options))
}

function workingTree(root: string): ManifestReader {
  return {
    main: () => readMainText(root),
    async included(glob) {
      const { findIncluded } = await import('./include-file.ts')
      return findIncluded(root, glob)
    },
    text: (file) => readText(root, file),
  }
}

/**
 * The manifest that a reader finds, checked whole; undefined where there is none.
 * @throws AppError `invalid` with everything that is wrong.
 */
export async function readManifest(
  root: string,
  reader: ManifestReader,
  cacheDirectory: string | undefined,
): Promise<Manifest | undefined> {
  const main = await reader.main()
  if (main === undefined) return undefined
  if (cacheDirectory === undefined) return (await readAnew(root, main, reader)).manifest
  const cached = await readCached(cacheDirectory, main)
  if (cached !== undefined) {
    const included = await readIncluded(reader, cached.includes)
    const manifest = cached.manifestOf(root, included.texts)
    if (manifest !== undefined) return manifest
  }
  const { manifest, texts, includes } = await readAnew(root, main, reader)
  await writeCached(cacheDirectory, [main, ...texts], { includes, manifest })
  return manifest
}

interface ReadAnew {
  readonly manifest: Manifest
  /** Of the included files. */
  readonly texts: readonly ManifestText[]
  readonly includes: readonly string[]
}

async function readAnew(
  root: string,
  main: ManifestText,
  reader: ManifestReader,
): Promise<ReadAnew> {
  const { includesIn, parseTexts } = await import('./parse.ts')
  const { checkGraph } = await import('../graph/check.ts')
  const { checkExpressions } = await import('../expressions/check.ts')
  const globs = includesIn(main)
  const { texts, unmatched } = await readIncluded(
    reader,
    globs.map(({ value }) => String(value)),
  )
  const { manifest, problems, complete } = parseTexts(root, [main, ...texts])
  const all = [
    ...problems,
    ...globs.filter(({ value }) => unmatched.has(String(value))).map(nothingMatches),
    ...(complete ? [...checkGraph(manifest), ...checkExpressions(manifest)] : []),
  ]
  if (all.length > 0) throw problemsError(root, all)
  return { manifest, texts, includes: globs.map(({ value }) => String(value)) }
}

function nothingMatches({ value, at }: ScalarNode): Problem {
  const next = 'It is a glob from the root of the repository: "services/*/portolan.yaml".'
  return { at, message: `no file matches \`${value}\``, next }
}

/** The files that globs mean, each once, and the globs that mean none. */
async function readIncluded(reader: ManifestReader, globs: readonly string[]) {
  const unmatched = new Set<string>()
  const files = new Set<string>()
  // What leads out of the repository is told where the shape is checked.
  for (const glob of globs.filter(staysInside)) {
    const found = await reader.included(glob)
    if (found.length === 0) unmatched.add(glob)
    for (const file of found) files.add(file)
  }
  const texts = await Promise.all([...files].map((file) => reader.text(file)))
  return { texts, unmatched }
}

// The YAML library is loaded only where something is parsed.

/** Globs of `include` in the text of a `portolan.yaml`; none when it cannot be read. */
export async function includesOf(text: string): Promise<readonly string[]> {
  const { includesIn } = await import('./parse.ts')
  return includesIn({ file: MAIN_FILE, text }).map(({ value }) => String(value))
}

/** The manifest's JSON Schema, for editors. */
export async function manifestJsonSchema(): Promise<object> {
  const { jsonSchema } = await import('./json-schema.ts')
  return jsonSchema()
}
