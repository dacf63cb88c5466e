import type { Manifest } from '../manifest.ts'
import type { MapEntry, MapNode, ScalarNode } from '../node.ts'
import type { Problem } from '../problem.ts'
import { entryOf, mapAt, scalarsAt, textAt, withoutEmpty } from './access.ts'
import { checkNames } from './check-names.ts'
import { checkShape } from './check-shape.ts'
import { type ReadComponent, readComponent } from './component.ts'
import { readDocument } from './document.ts'
import { type ReadEnvironment, readEnvironment } from './environment.ts'
import { COMPONENT_NAME } from './names.ts'
import { promotionOrder, withoutCircles } from './promotion-order.ts'
import { readRules } from './pull-request-rules.ts'
import { fileSchema, includedSchema } from './schema.ts'
import type { ManifestText, Parsed, YamlDocument } from './text.ts'

/** The globs of `include` in the main file; none when it cannot be read. */
export function includesIn({ file, text }: ManifestText): readonly ScalarNode[] {
  // Parsing takes its time, and most manifests are one file.
  if (!text.includes('include')) return []
  const { node } = readDocument(file, text)
  return node?.kind === 'map' ? scalarsAt(node, 'include') : []
}

/**
 * Reads a manifest from texts, the main one first: structure, names and the order of environments are
 * checked; edges and expressions are not.
 */
export function parseTexts(root: string, texts: readonly ManifestText[]): Parsed {
  const documents = texts.map(({ file, text }) => ({ file, ...readDocument(file, text) }))
  const faults = documents.flatMap((one) => one.problems)
  // Where a file cannot be read at all, names that are missing elsewhere may well be in it.
  const complete = documents.every((one) => one.node !== undefined || one.problems.length === 0)
  const problems: Problem[] = []
  const [main, ...included] = documents
  const top = main === undefined ? undefined : readMain(main, problems)
  const others = included.flatMap((one) => readIncluded(one, problems) ?? [])
  const written = [top, ...others].flatMap(
    (map) => (map && mapAt(map, 'components')?.entries) ?? [],
  )
  const components = readComponents(written, problems)
  const environments = readEnvironments(top, main?.file ?? 'portolan.yaml', problems)
  if (complete) problems.push(...checkNames(environments, components))
  const ordered = promotionOrder(withoutCircles(environments.map((one) => one.environment)))
  const manifest: Manifest = {
    root,
    source: 'file',
    project: top && textAt(top, 'project'),
    files: texts.map((one) => one.file),
    values: top && mapAt(top, 'values'),
    environments: new Map(ordered.map((one, order) => [one.name, { ...one, order }])),
    components: new Map([...components].map(([name, one]) => [name, one.component])),
    pullRequests: readRules(top && mapAt(top, 'pull_requests')),
  }
  return { manifest, problems: [...faults, ...withoutEchoes(problems, faults)], complete }
}

/** Without what only follows from a fault of the YAML in the same place. */
function withoutEchoes(problems: readonly Problem[], faults: readonly Problem[]): Problem[] {
  const places = new Set(faults.map(({ at }) => JSON.stringify(at)))
  return problems.filter(({ at }) => !places.has(JSON.stringify(at)))
}

interface OpenedFile extends YamlDocument {
  readonly file: string
}

const mayBeEmpty = new Set(['values', 'include', 'environments', 'components'])

function readMain({ file, node, problems: faults }: OpenedFile, problems: Problem[]) {
  const start = { file, line: 1, column: 1 }
  if (node === undefined) {
    if (faults.length > 0) return undefined
    const next = 'Begin with `version: 1`; `portolan init` writes a whole one where there is none.'
    problems.push({ at: start, message: 'the manifest is empty', next })
    return undefined
  }
  const source = node.kind === 'map' ? withoutEmpty(node, mayBeEmpty) : node
  const subject = { level: 'file', title: 'the manifest', at: start } as const
  const shaped = checkShape(fileSchema, source, subject)
  problems.push(...shaped.problems)
  const artifacts = entryOf(shaped.node, 'artifacts')
  if (artifacts !== undefined) {
    const message = '`artifacts` are not available yet'
    const next = 'Until then hold names and digests of images in `values`.'
    problems.push({ at: artifacts.keyAt, message, next })
  }
  return shaped.node
}

function readIncluded({ file, node }: OpenedFile, problems: Problem[]): MapNode | undefined {
  if (node === undefined) return undefined
  const at = { file, line: 1, column: 1 }
  const subject = { level: 'included', title: 'an included file', at } as const
  const source = node.kind === 'map' ? withoutEmpty(node, mayBeEmpty) : node
  const shaped = checkShape(includedSchema, source, subject)
  problems.push(...shaped.problems)
  return shaped.node
}

function readComponents(
  entries: readonly MapEntry[],
  problems: Problem[],
): ReadonlyMap<string, ReadComponent> {
  const components = new Map<string, ReadComponent>()
  for (const entry of entries) {
    const { key, keyAt } = entry
    const before = components.get(key)?.component
    if (before !== undefined) {
      const place = `${before.at.file}:${before.at.line}:${before.at.column}`
      const message = `the component \`${key}\` is there already, at ${place}`
      problems.push({ at: keyAt, message, next: 'Rename one of them.' })
      continue
    }
    if (!COMPONENT_NAME.test(key)) problems.push(badName(entry))
    components.set(key, readComponent(entry, problems))
  }
  return components
}

function badName({ key, keyAt }: MapEntry): Problem {
  const better = key
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
  const rule = 'A name begins with a small letter; small letters, digits, `_` and `-` follow.'
  return {
    at: keyAt,
    message: `\`${key}\` cannot be the name of a component`,
    next: better === '' ? rule : `Write \`${better}\`. ${rule}`,
  }
}

function readEnvironments(
  top: MapNode | undefined,
  file: string,
  problems: Problem[],
): readonly ReadEnvironment[] {
  const entries = (top && mapAt(top, 'environments')?.entries) ?? []
  if (entries.length > 0) return entries.map((entry) => readEnvironment(entry, problems))
  // A manifest without environments has the one that discovery gives.
  const at = { file, line: 1, column: 1 }
  const value = { kind: 'scalar', value: null, at } as const
  return [readEnvironment({ key: 'default', keyAt: at, value }, problems)]
}
