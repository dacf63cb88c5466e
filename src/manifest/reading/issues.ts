import type { z } from 'zod'
import { didYouMean } from '../../platform/nearest.ts'
import { knownKeys, readSaying } from '../kinds/field.ts'
import type { Node, Position } from '../node.ts'
import type { Problem } from '../problem.ts'
import { entryOf, nodeAt } from './access.ts'
import { advise, type Level } from './advice.ts'

type Issue = z.core.$ZodIssue

/** Something that breaks the schema: where it stands in the node that was checked, and the problem. */
export interface Breach {
  readonly path: readonly PropertyKey[]
  readonly is: 'unknown' | 'wrong' | 'missing'
  readonly problem: Problem
}

/** What a node is, for sentences and advice: a component, an environment. */
export interface Subject {
  readonly level: Level
  /** "`db`" */
  readonly title: string
  /** Of its key; of the file's beginning. */
  readonly at: Position
}

/** The breaches that zod found, in plain words and with the places of the nodes. */
export function breachesOf(issues: readonly Issue[], node: Node, subject: Subject): Breach[] {
  const told = new Set<string>()
  return issues
    .flatMap((issue) => flatten(issue, []))
    .flatMap(({ issue, path }) => {
      if (issue.code === 'unrecognized_keys') return unknownKeys(issue, path, node, subject)
      const key = JSON.stringify(path)
      if (told.has(key)) return []
      told.add(key)
      const is = nodeAt(node, path) === undefined ? 'missing' : 'wrong'
      return [{ path, is, problem: wrongValue(issue, path, node, subject) }]
    })
}

interface Placed {
  readonly issue: Issue
  readonly path: readonly PropertyKey[]
}

/** Of a choice the branch whose type fits; when none does, the choice itself is told. */
function flatten(issue: Issue, above: readonly PropertyKey[]): Placed[] {
  const path = [...above, ...issue.path]
  if (issue.code !== 'invalid_union') return [{ issue, path }]
  const fitting = issue.errors.find(
    (branch) => !branch.some((one) => one.code === 'invalid_type' && one.path.length === 0),
  )
  return fitting === undefined ? [{ issue, path }] : fitting.flatMap((one) => flatten(one, path))
}

function unknownKeys(
  issue: Extract<Issue, { code: 'unrecognized_keys' }>,
  path: readonly PropertyKey[],
  node: Node,
  subject: Subject,
): Breach[] {
  const map = nodeAt(node, path)
  const known = knownKeys(issue.message)
  return issue.keys.map((key) => {
    const at = (map?.kind === 'map' ? entryOf(map, key)?.keyAt : undefined) ?? subject.at
    const advice = path.length === 0 ? advise(key, known, subject.level) : undefined
    const next = advice ?? didYouMean(key, known) ?? `Known here: ${known.join(', ')}.`
    return {
      path: [...path, key],
      is: 'unknown',
      problem: { at, message: `unknown key \`${key}\``, next },
    }
  })
}

function wrongValue(
  issue: Issue,
  path: readonly PropertyKey[],
  node: Node,
  subject: Subject,
): Problem {
  const found = nodeAt(node, path)
  const { message, next } = readSaying(issue.message)
  const name = nameOf(path, subject)
  if (found === undefined) {
    const parent = nodeAt(node, path.slice(0, -1))
    const at = path.length <= 1 || parent === undefined ? subject.at : parent.at
    return { at, message: `${name} is missing`, next }
  }
  const tail = message.startsWith('must') ? `, not ${shown(found)}` : ''
  return {
    at: found.at,
    message: `${name} ${message}${tail}`,
    next: betterNext(found, issue, next),
  }
}

function nameOf(path: readonly PropertyKey[], subject: Subject): string {
  const last = path.at(-1)
  if (last === undefined) return subject.title
  if (typeof last !== 'number') return `\`${String(last)}\``
  const list = path.findLast((step) => typeof step === 'string')
  return `an item of \`${String(list)}\``
}

function shown(node: Node): string {
  if (node.kind === 'map') return 'a map'
  if (node.kind === 'list') return 'a list'
  const { value, source } = node
  if (value === null) return 'empty'
  if (typeof value === 'string') return value.length > 60 ? 'this' : JSON.stringify(value)
  return source ?? String(value)
}

/** Hints that depend on what was written: a number where text is meant, `yes`, a near word. */
function betterNext(node: Node, issue: Issue, next: string | undefined): string | undefined {
  if (node.kind !== 'scalar') return next
  const { value, source } = node
  if (issue.code === 'invalid_type' && issue.expected === 'boolean') {
    const word = String(value).toLowerCase()
    if (/^(yes|on|y|true)$/.test(word)) return 'Write true'
    if (/^(no|off|n|false)$/.test(word)) return 'Write false'
  }
  if (issue.code === 'invalid_type' && issue.expected === 'array' && typeof value === 'string') {
    return `Write [${value}]`
  }
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    const words = issue.values.filter((one) => typeof one === 'string')
    return didYouMean(value, words) ?? next
  }
  const isPlain = typeof value === 'number' || typeof value === 'bigint'
  if (next === undefined && isPlain && issue.code === 'invalid_type') {
    return `Write it in quotes: "${source ?? value}"`
  }
  return next
}
