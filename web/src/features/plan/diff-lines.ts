import { plainText, quoted } from '../log/plain-text.ts'
import { clipped, clippedPair } from './clip.ts'
import { type DiffEntry, type DiffNode, isSame, type Shown, type Sign } from './diff-node.ts'
import { ExactNumber } from './exact-json.ts'
import { folding, stretches } from './folding.ts'
import { isList, isObject } from './value.ts'

/** What a part of a line is, which says how it looks. */
export type Tone =
  | 'key'
  | 'mark'
  | 'old'
  | 'new'
  | 'same'
  | 'unknown'
  | 'sensitive'
  | 'note'
  | 'forces'

export interface Part {
  readonly tone: Tone
  readonly text: string
}

/** A line of a resource's change. */
export interface DiffLine {
  readonly sign: Sign
  readonly depth: number
  readonly parts: readonly Part[]
  /** What does not change, in the place of which the line stands. */
  readonly folded?: readonly DiffLine[]
}

/** What is known of a value beside the value itself. */
interface Place {
  readonly depth: number
  /** What stands before the value: its name and `=`. */
  readonly lead: readonly Part[]
  /** Behind its end: a comma in lists. */
  readonly tail: string
}

/** Attributes that say which one it is are shown even when they stay. */
const telling = new Set(['id', 'name'])

/** The attributes of a resource, or the members of another object, line by line. */
export function attributeLines(entries: readonly DiffEntry[], depth: number): DiffLine[] {
  const kept = entries.filter(({ key, node }) => !isSame(node) || (depth === 0 && telling.has(key)))
  const width = Math.min(32, Math.max(0, ...kept.map(({ key }) => keyText(key).length)))
  const lines = kept.flatMap(({ key, node }) => entryLines(key, node, { depth, width }))
  const same = entries.filter((entry) => !kept.includes(entry))
  if (same.length === 0) return lines
  const sameWidth = Math.min(32, Math.max(0, ...same.map(({ key }) => keyText(key).length)))
  const folded = same.flatMap(({ key, node }) => entryLines(key, node, { depth, width: sameWidth }))
  return [...lines, foldLine(folded, depth, counted(same.length, 'unchanged attribute'))]
}

function entryLines(
  key: string,
  node: DiffNode,
  { depth, width }: { readonly depth: number; readonly width: number },
): DiffLine[] {
  const lead: Part[] = [
    { tone: 'key', text: keyText(key).padEnd(width) },
    { tone: 'mark', text: ' = ' },
  ]
  return nodeLines(node, { depth, lead, tail: '' })
}

function foldLine(folded: readonly DiffLine[], depth: number, text: string): DiffLine {
  return { sign: ' ', depth, parts: [{ tone: 'note', text }], folded }
}

/** A value and how it changes, line by line. */
export function nodeLines(node: DiffNode, place: Place): DiffLine[] {
  switch (node.kind) {
    case 'leaf':
      return [line(node, place, [...leafParts(node, place)])]
    case 'hidden':
      return [
        line(node, place, [
          { tone: 'sensitive', text: '(sensitive value)' },
          { tone: 'mark', text: place.tail },
          { tone: 'note', text: 'whether it changes is not shown' },
        ]),
      ]
    case 'object':
      return block(node, place, ['{', '}'], attributeLines(node.entries, place.depth + 1))
    case 'list':
      return block(node, place, ['[', ']'], itemLines(node.items, place.depth + 1))
    case 'json':
      return jsonLines(node, place)
    case 'text':
      return textLines(node, place)
  }
}

function line(node: DiffNode, { depth, lead }: Place, parts: readonly Part[]): DiffLine {
  return { sign: node.sign, depth, parts: [...lead, ...parts, ...forced(node)] }
}

function forced({ forces }: DiffNode): Part[] {
  return forces ? [{ tone: 'forces', text: 'forces replacement' }] : []
}

function* leafParts(node: Extract<DiffNode, { kind: 'leaf' }>, { tail }: Place): Iterable<Part> {
  const { before, after, sign } = node
  const texts = clippedPair(textOf(before), textOf(after))
  if (sign === ' ') {
    yield { tone: toneOf(after, 'same'), text: texts.after }
    yield { tone: 'mark', text: tail }
    return
  }
  if (before.kind !== 'absent') {
    yield { tone: toneOf(before, 'old'), text: texts.before }
    if (after.kind !== 'absent') yield { tone: 'mark', text: ' → ' }
  }
  if (after.kind !== 'absent') yield { tone: toneOf(after, 'new'), text: texts.after }
  yield { tone: 'mark', text: tail }
}

function toneOf(side: Shown, tone: Tone): Tone {
  return side.kind === 'sensitive' || side.kind === 'unknown' ? side.kind : tone
}

function textOf(side: Shown): string {
  switch (side.kind) {
    case 'absent':
      return 'null'
    case 'unknown':
      return '(known after apply)'
    case 'sensitive':
      return '(sensitive value)'
    case 'value':
      return valueText(side.value)
  }
}

/** A value on one line. */
function valueText(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (value instanceof ExactNumber) return value.digits
  if (isList(value)) return value.length === 0 ? '[]' : `[${value.map(valueText).join(', ')}]`
  if (isObject(value)) {
    const members = Object.entries(value).map(([key, one]) => `${keyText(key)} = ${valueText(one)}`)
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
  }
  return String(value)
}

/** Names that are no identifiers stand between quotation marks. */
function keyText(key: string): string {
  return clipped(/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(key) ? plainText(key) : quoted(key))
}

type Group = Extract<DiffNode, { kind: 'object' | 'list' }>

function block(
  node: Group,
  place: Place,
  [open, close]: readonly [string, string],
  inner: readonly DiffLine[],
): DiffLine[] {
  const end: Part[] = node.after
    ? [
        { tone: 'mark', text: ' → ' },
        { tone: 'unknown', text: textOf(node.after) },
      ]
    : []
  const mark = (text: string): Part => ({ tone: 'mark', text })
  if (inner.length === 0) {
    return [line(node, place, [mark(`${open}${close}`), ...end, mark(place.tail)])]
  }
  return [
    line(node, place, [mark(open)]),
    ...inner,
    { sign: ' ', depth: place.depth, parts: [mark(close), ...end, mark(place.tail)] },
  ]
}

function itemLines(items: readonly DiffNode[], depth: number): DiffLine[] {
  const place = { depth, lead: [], tail: ',' }
  const show = (nodes: readonly DiffNode[]) => nodes.flatMap((node) => nodeLines(node, place))
  return stretches(items, isSame).flatMap(({ items: nodes, matches, isFirst, isLast }) => {
    if (!matches) return show(nodes)
    return folding(nodes, { isFirst, isLast }, (hidden) => {
      const text = counted(hidden.length, 'unchanged element')
      return foldLine(show(hidden), depth, text)
    }).flatMap((part) => ('fold' in part ? [part.fold] : show(part.shown)))
  })
}

function jsonLines(node: Extract<DiffNode, { kind: 'json' }>, place: Place): DiffLine[] {
  const { depth, lead, tail } = place
  const isReformatted = node.sign === '~' && node.node.sign === ' '
  const notes: Part[] = isReformatted ? [{ tone: 'note', text: 'only its formatting changes' }] : []
  const inner = nodeLines(node.node, { depth: depth + 1, lead: [], tail: '' })
  return [
    {
      sign: node.sign,
      depth,
      parts: [...lead, { tone: 'mark', text: 'jsonencode(' }, ...notes, ...forced(node)],
    },
    ...(isReformatted ? [foldLine(inner, depth + 1, 'the same content')] : inner),
    { sign: ' ', depth, parts: [{ tone: 'mark', text: `)${tail}` }] },
  ]
}

function textLines(node: Extract<DiffNode, { kind: 'text' }>, place: Place): DiffLine[] {
  const { depth, lead, tail } = place
  const toLine = ({ sign, text }: (typeof node.lines)[number]): DiffLine => ({
    sign,
    depth: depth + 1,
    parts: [
      {
        tone: sign === '+' ? 'new' : sign === '-' ? 'old' : 'same',
        text: clipped(plainText(text)),
      },
    ],
  })
  const inner = stretches(node.lines, ({ sign }) => sign === ' ').flatMap((stretch) => {
    if (!stretch.matches) return stretch.items.map(toLine)
    const fold = (hidden: typeof node.lines) =>
      foldLine(hidden.map(toLine), depth + 1, counted(hidden.length, 'unchanged line'))
    return folding(stretch.items, stretch, fold, 3).flatMap((part) =>
      'fold' in part ? [part.fold] : part.shown.map(toLine),
    )
  })
  return [
    {
      sign: node.sign,
      depth,
      parts: [...lead, { tone: 'mark', text: '<<-EOT' }, ...forced(node)],
    },
    ...inner,
    ...(node.ending === undefined ? [] : [endingLine(node.ending, depth + 1)]),
    { sign: ' ', depth, parts: [{ tone: 'mark', text: `EOT${tail}` }] },
  ]
}

function endingLine(sign: '+' | '-', depth: number): DiffLine {
  return { sign, depth, parts: [{ tone: 'note', text: 'a line break at the end' }] }
}

function counted(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}

/** The lines as plain text, as Terraform writes them. */
export function plainLines(lines: readonly DiffLine[]): string {
  return lines
    .map(({ sign, depth, parts, folded }) => {
      const joined = parts.map(partText).join('')
      const text = parts[0]?.tone === 'note' ? joined.trimStart() : joined
      const shown = folded === undefined ? text : `# (${text.slice(2)} hidden)`
      return `${'    '.repeat(depth)}${sign} ${shown}`.trimEnd()
    })
    .join('\n')
}

function partText({ tone, text }: Part): string {
  return tone === 'forces' || tone === 'note' ? ` # ${text}` : text
}
