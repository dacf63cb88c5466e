import { staysInside } from '../kinds/path.ts'
import type { Manifest } from '../manifest.ts'
import type { ScalarNode } from '../node.ts'
import type { Problem } from '../problem.ts'
import { findIncluded } from './include-file.ts'
import { problemsError } from './problems-file.ts'
import type { ManifestText, Parsed } from './text.ts'
import { MAIN_FILE, readMainText, readText } from './text-file.ts'

export interface LoadOptions {
  /** Where the checked manifest is kept, so that the next command need not read it again. */
  readonly cacheDirectory?: string | undefined
  /** The process environment: for git, which knows the files that discovery must not look at. */
  readonly env?: Readonly<Record<string, string>> | undefined
}

/**
 * The manifest of a repository, read and checked whole; what discovery finds where there is none.
 * @throws AppError `invalid` with everything that is wrong: `details.problems` are the `Problem`s.
 */
export async function loadManifest(root: string, options: LoadOptions = {}): Promise<Manifest> {
  const main = await readMainText(root)
  if (main === undefined) {
    const { discover } = await import('../discovery/discover-file.ts')
    return discover(root, options)
  }
  const { manifest, problems } = await read(root, main)
  if (problems.length > 0) throw problemsError(root, problems)
  return manifest
}

async function read(root: string, main: ManifestText): Promise<Parsed> {
  const { includesIn, parseTexts } = await import('./parse.ts')
  const { checkGraph } = await import('../graph/check.ts')
  const { checkExpressions } = await import('../expressions/check.ts')
  const included = await readIncluded(root, main, includesIn(main))
  const { manifest, problems } = parseTexts(root, [main, ...included.texts])
  return {
    manifest,
    problems: [
      ...problems,
      ...included.problems,
      ...checkGraph(manifest),
      ...checkExpressions(manifest),
    ],
  }
}

/** The files that globs mean, each once, and the globs that mean none. */
async function readIncluded(
  root: string,
  main: ManifestText,
  patterns: readonly ScalarNode[],
): Promise<{ readonly texts: readonly ManifestText[]; readonly problems: readonly Problem[] }> {
  const problems: Problem[] = []
  const files = new Set<string>()
  for (const { value, at } of patterns) {
    // What is no path, or leads out of the repository, is told where the shape is checked.
    if (typeof value !== 'string' || !staysInside(value)) continue
    const found = await findIncluded(root, value, main.file)
    if (found.length === 0) {
      const next = 'It is a glob from the root of the repository: "services/*/portolan.yaml".'
      problems.push({ at, message: `no file matches \`${value}\``, next })
    }
    for (const file of found) files.add(file)
  }
  const texts = await Promise.all([...files].map((file) => readText(root, file)))
  return { texts, problems }
}

// The YAML library is loaded only where something is parsed.

/** Globs of `include` in the text of a `portolan.yaml`; none when it cannot be read. */
export async function includesOf(text: string): Promise<readonly string[]> {
  const { includesIn } = await import('./parse.ts')
  return includesIn({ file: MAIN_FILE, text }).map(({ value }) => String(value))
}

/**
 * Reads a manifest from texts, the main one first, for instance those of another commit: structure,
 * names and the order of environments are checked; edges and expressions are not.
 */
export async function parseManifest(root: string, texts: readonly ManifestText[]): Promise<Parsed> {
  const { parseTexts } = await import('./parse.ts')
  return parseTexts(root, texts)
}

/** The manifest's JSON Schema, for editors. */
export async function manifestJsonSchema(): Promise<object> {
  const { jsonSchema } = await import('./json-schema.ts')
  return jsonSchema()
}
