import type { Component, ExplainedValue, Position, WorkspaceNode } from '../../manifest/index.ts'
import type { Value } from '../../platform/value.ts'
import type { Style } from './style.ts'
import { cut, padEnd, sanitiseLine, widthOf, wrap } from './text.ts'

/** A workspace with everything that it is resolved to. */
export interface Explanation {
  readonly node: WorkspaceNode
  readonly component: Component
  readonly skipped: string | undefined
  readonly entries: readonly ExplainedValue[]
  /** Only a part of it was asked for: that is shown with what lies below each value. */
  readonly isPart: boolean
}

interface Layout {
  readonly style: Style
  readonly width: number | undefined
}

const DEFAULT_WIDTH = 100
const WIDEST_NAME = 30
const NARROWEST_VALUE = 16

export function explanationLines(explanation: Explanation, layout: Layout): string[] {
  const { entries, isPart } = explanation
  if (isPart) return entryLines(entries, { ...layout, isPart }, (path) => path)
  const sections: string[][] = [headLines(explanation, layout)]
  for (const { title, paths } of SECTIONS) {
    const inside = entries.filter(({ path }) => paths.test(path))
    if (inside.length === 0) continue
    const short = (path: string) => path.replace(/^(inputs|values)\.(?=[^.[])/, '')
    const rows = entryLines(inside, { ...layout, isPart }, short)
    sections.push([layout.style.bold(title), ...rows.map((row) => `  ${row}`)])
  }
  return sections.flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]))
}

const SECTIONS = [
  { title: 'When', paths: /^when$/ },
  { title: 'Inputs', paths: /^inputs\b/ },
  { title: 'Files', paths: /^(values\[\d+\]|var_files\[|workspace$)/ },
  { title: 'Hooks', paths: /^(before|after)\[/ },
  { title: 'Values', paths: /^values\b(?!\[\d+\])/ },
] as const

function headLines({ node, component, skipped, entries }: Explanation, layout: Layout): string[] {
  const { style } = layout
  const main = entries.find(({ path }) => path === component.kind)
  const shown = sanitiseLine(main?.shown ?? String(component.main.value))
  const at = placeOf(main?.at)
  return [
    `${style.bold(node.name)}  ${component.kind} ${shown}${at === '' ? '' : `  ${style.dim(at)}`}`,
    ...(skipped === undefined ? [] : [style.warn(`skipped: ${sanitiseLine(skipped)}`)]),
    ...edgeLines('needs', node.needs.map(needText), layout),
    ...edgeLines('needed by', node.dependents, layout),
  ]
}

function needText({ name, outputs }: WorkspaceNode['needs'][number]): string {
  return outputs.length === 0 ? `${name} (order only)` : `${name} (${outputs.join(', ')})`
}

const EDGE_LABEL = 9

function edgeLines(label: string, edges: readonly string[], { style, width }: Layout): string[] {
  if (edges.length === 0) return []
  const room = Math.max(20, (width ?? DEFAULT_WIDTH) - EDGE_LABEL - 2)
  // Words of one edge stay together.
  const text = edges.map((edge) => edge.replaceAll(' ', '\u00a0')).join(', ')
  return wrap(text, room).map((line, at) => {
    const head = padEnd(at === 0 ? label : '', EDGE_LABEL)
    return `${style.dim(head)}  ${line.replaceAll('\u00a0', ' ')}`
  })
}

interface RowLayout extends Layout {
  readonly isPart: boolean
}

/** Name, value, layer and place in columns; below it the expression that gives the value. */
function entryLines(
  entries: readonly ExplainedValue[],
  layout: RowLayout,
  short: (path: string) => string,
): string[] {
  const { style } = layout
  const names = entries.map(({ path }) => cut(sanitiseLine(short(path)), WIDEST_NAME))
  const origins = columns(entries.map((entry) => [layerOf(entry), placeOf(entry.at)]))
  const nameWidth = widest(names)
  const total = (layout.width ?? DEFAULT_WIDTH) - (layout.isPart ? 0 : 2)
  const room = total - nameWidth - widest(origins) - 4
  const valueWidth = Math.max(NARROWEST_VALUE, Math.min(room, widest(entries.map(shownOf))))
  return entries.flatMap((entry, at) => {
    const name = padEnd(names[at] ?? '', nameWidth)
    const lines = valueLines(entry, valueWidth, layout)
    const first = paint(padEnd(lines[0] ?? '', valueWidth), entry, style)
    const indent = ' '.repeat(nameWidth + 2)
    return [
      `${name}  ${first}  ${style.dim(origins[at] ?? '')}`.trimEnd(),
      ...lines.slice(1).map((line) => indent + paint(line, entry, style)),
      ...notes(entry, total - nameWidth - 2, layout).map((note) => indent + style.dim(note)),
    ]
  })
}

/** Of what was asked for by name nothing is left out. */
function valueLines(entry: ExplainedValue, width: number, { isPart }: RowLayout): string[] {
  const shown = shownOf(entry)
  if (!isPart) return [cut(shown, width)]
  const lines: string[] = []
  for (let rest = shown; rest !== ''; ) {
    const piece = widthOf(rest) <= width ? rest : cut(rest, width + 1).slice(0, -1)
    lines.push(piece)
    rest = rest.slice(piece.length)
  }
  return lines
}

function notes(entry: ExplainedValue, width: number, { isPart }: RowLayout): string[] {
  const { expression, replaces } = entry
  // A condition stands in the manifest without the signs of an expression.
  const text = expression === undefined ? [] : [`= ${sanitiseLine(expression)}`]
  const under = isPart
    ? replaces.map((one) =>
        `over ${sanitiseLine(one.shown)}  ${layerOf(one)} ${placeOf(one.at)}`.trimEnd(),
      )
    : []
  return [...text, ...under].map((note) => cut(note, Math.max(NARROWEST_VALUE, width)))
}

function paint(text: string, { fault, value }: ExplainedValue, style: Style): string {
  if (fault !== undefined) return style.bad(text)
  return value === undefined ? style.accent(text) : text
}

function shownOf({ shown, fault }: ExplainedValue): string {
  return sanitiseLine(fault === undefined ? shown : `! ${fault}`)
}

/** A layer in a word: the environment that it is of, where it is of one. */
function layerOf({ layer }: { readonly layer: string }): string {
  const environment = /^environments\.([^.]+)\./.exec(layer)?.[1]
  if (layer.startsWith('components.')) return ''
  return sanitiseLine(environment ?? layer)
}

function placeOf(at: Position | undefined): string {
  return at === undefined ? '' : `${sanitiseLine(at.file)}:${at.line}:${at.column}`
}

/** Two columns as one text for each row. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = widest(rows.map(([first]) => first))
  return rows.map(([first, second]) =>
    (width === 0 ? second : `${padEnd(first, width)}  ${second}`).trimEnd(),
  )
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(widthOf))
}

/** The whole for programs; a value is null where only outputs will tell it, or a fault keeps it away. */
export function explanationJson({ node, component, skipped, entries }: Explanation): Value {
  return {
    workspace: node.name,
    kind: component.kind,
    skipped: skipped ?? null,
    needs: node.needs.map(({ name, outputs }) => ({ name, outputs })),
    dependents: node.dependents,
    entries: entries.map(({ path, value, shown, expression, layer, at, replaces, fault }) => ({
      path,
      value: value ?? null,
      known: value !== undefined,
      shown,
      expression: expression ?? null,
      layer,
      at: positionJson(at),
      replaces: replaces.map((one) => ({ ...one, at: positionJson(one.at) })),
      fault: fault ?? null,
    })),
  }
}

function positionJson(at: Position | undefined): Value {
  return at === undefined ? null : { ...at }
}
