import { plainText } from '../log/plain-text.ts'
import { attributeLines, type DiffLine, nodeLines } from './diff-lines.ts'
import { type DiffNode, mask } from './diff-node.ts'
import { ExactNumber } from './exact-json.ts'
import { actionOf } from './plan-actions.ts'
import type { ChangeEntry } from './plan-json.ts'
import { isList, isObject, listIn, member } from './value.ts'
import { diffValues } from './value-diff.ts'

/** What a change does to each attribute, line by line. */
export function detailOf(entry: ChangeEntry): readonly DiffLine[] {
  try {
    return linesOf(entry)
  } catch (error) {
    // A value can be nested so deep that nobody can walk it.
    const why = error instanceof RangeError ? 'it is nested too deep' : 'it is not of a known form'
    return [note(`This change cannot be shown: ${why}. The command line shows it.`)]
  }
}

function linesOf(entry: ChangeEntry): readonly DiffLine[] {
  if (entry.mode === 'check') {
    return listIn(entry.change['problems']).map((problem) => note(plainText(String(problem))))
  }
  const node = diffOf(entry)
  if (entry.mode === 'output') {
    return nodeLines(node, { depth: 0, lead: [], tail: '' })
  }
  const lines =
    node.kind === 'object'
      ? attributeLines(node.entries, 0)
      : nodeLines(node, { depth: 0, lead: [], tail: '' })
  return lines.length > 0 ? lines : [note('No attributes.')]
}

/** The change as a comparison of its two sides. */
function diffOf({ change, mode }: ChangeEntry): DiffNode {
  const isRead = listIn(change['actions']).includes('read')
  const isForgotten = listIn(change['actions']).join() === 'forget'
  const isOutput = mode === 'output'
  const isMasked = isOutput && (change['before'] === mask || change['after'] === mask)
  const node = diffValues({
    before: isRead ? undefined : change['before'],
    // What is only forgotten stays as it is.
    after: isForgotten ? change['before'] : change['after'],
    unknown: change['after_unknown'],
    sensitiveBefore: change['before_sensitive'],
    sensitiveAfter: change[isForgotten ? 'before_sensitive' : 'after_sensitive'],
    forcing: listIn(change['replace_paths']).filter(isList).map(toPath),
  })
  // Terraform says of an output whether it changes, also where the values are masked.
  return isMasked && node.kind === 'hidden' ? changedSecret : nothingHidden(node, change['actions'])
}

const changedSecret: DiffNode = {
  kind: 'leaf',
  sign: '~',
  forces: false,
  before: { kind: 'sensitive' },
  after: { kind: 'sensitive' },
}

/** What only moves or is only imported or forgotten keeps every value. */
function nothingHidden(node: DiffNode, list: unknown): DiffNode {
  const action = actionOf(listIn(list), { imports: false, moves: false })
  if (action !== 'none' && action !== 'forget') return node
  return unhidden(node)
}

function unhidden(node: DiffNode): DiffNode {
  if (node.kind === 'hidden') return { ...changedSecret, sign: ' ' }
  if (node.kind === 'object') {
    const entries = node.entries.map(({ key, node: inner }) => ({ key, node: unhidden(inner) }))
    return { ...node, entries }
  }
  return node.kind === 'list' ? { ...node, items: node.items.map(unhidden) } : node
}

function toPath(path: readonly unknown[]): (string | number)[] {
  return path.flatMap((step) => (typeof step === 'string' || typeof step === 'number' ? step : []))
}

function note(text: string): DiffLine {
  return { sign: ' ', depth: 0, parts: [{ tone: 'note', text }] }
}

/** Names and plain values of both sides in small letters, to search in; nothing that is masked. */
export function searchText({ address, type, previousAddress, change }: ChangeEntry): string {
  const texts = [address, type, previousAddress ?? '']
  for (const side of ['before', 'after'] as const) {
    collect(change[side], change[`${side}_sensitive`], texts, 0)
  }
  return texts.join('\n').toLowerCase()
}

function collect(value: unknown, sensitive: unknown, into: string[], depth: number): void {
  if (sensitive === true || value === null || value === undefined || depth > 60) return
  if (value instanceof ExactNumber) into.push(value.digits)
  else if (isList(value)) {
    value.forEach((item, index) => {
      collect(item, member(sensitive, index), into, depth + 1)
    })
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      into.push(key)
      collect(item, member(sensitive, key), into, depth + 1)
    }
  } else into.push(String(value))
}
