import {
  type AttributeChange,
  ExactNumber,
  type Output,
  type ResourceChange,
  type ResourceInstance,
  type StateDiff,
  type StateVersion,
  type Value,
} from '../../state/index.ts'
import { shortActor } from './run-view.ts'
import type { Style } from './style.ts'
import { sanitise, sanitiseLine } from './text.ts'
import { ago, bytes } from './time.ts'

/** A row of `state history`. */
export function versionRow(version: StateVersion, now: Date, style: Style): string[] {
  return [
    style.bold(String(version.number)),
    version.cause,
    ago(version.createdAt, now),
    shortActor(version.actor),
    version.runId === undefined ? '' : `run-${version.runId}`,
    `serial ${version.serial}`,
    bytes(version.size),
    [countsText(version), version.reason === undefined ? '' : sanitiseLine(version.reason)]
      .filter((text) => text !== '')
      .join(' · '),
  ]
}

function countsText({ counts }: StateVersion): string {
  if (counts === undefined) return 'not readable'
  const changes = [
    counts.added === 0 ? '' : `+${counts.added}`,
    counts.changed === 0 ? '' : `~${counts.changed}`,
    counts.removed === 0 ? '' : `-${counts.removed}`,
    counts.moved === 0 ? '' : `${counts.moved} moved`,
  ].filter((text) => text !== '')
  const total = `${counts.total} ${counts.total === 1 ? 'resource' : 'resources'}`
  return changes.length === 0 ? total : `${total} (${changes.join(' ')})`
}

/** A version as `--json` shows it. */
export function versionJson(version: StateVersion): Record<string, unknown> {
  const { id: _id, workspaceId: _workspace, runId, lockId: _lock, ...facts } = version
  return { ...facts, ...(runId === undefined ? {} : { run: `run-${runId}` }) }
}

/** One resource of a masked state, in the words of the configuration language. */
export function resourceLines(instance: ResourceInstance, style: Style): string[] {
  const head = [
    style.bold(sanitiseLine(instance.address)),
    instance.tainted ? style.warn(' (tainted: the next apply replaces it)') : '',
    instance.deposed === undefined ? '' : style.warn(' (deposed)'),
  ].join('')
  const facts = style.dim(sanitiseLine(instance.provider))
  // `terraform_data` takes any type: its values are kept with their types beside them.
  const unwrap = instance.type === 'terraform_data'
  return [head, facts, '', ...attributeLines(instance.attributes, unwrap)]
}

function attributeLines(attributes: Value, unwrap: boolean): string[] {
  if (!isPlainObject(attributes)) return [valueText(attributes)]
  const names = Object.keys(attributes).sort()
  const width = Math.max(0, ...names.map((name) => name.length))
  return names.flatMap((name) => {
    const value = attributes[name] ?? null
    const [first = '', ...more] = valueText(unwrap ? withoutType(value) : value).split('\n')
    return [`${sanitiseLine(name).padEnd(width)} = ${first}`, ...more]
  })
}

function withoutType(value: Value): Value {
  if (!isPlainObject(value) || Object.keys(value).sort().join() !== 'type,value') return value
  return value['value'] ?? null
}

/** A value as people read it; numbers keep every digit. */
export function valueText(value: Value, indent = ''): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return sanitise(JSON.stringify(value))
  if (isList(value)) {
    if (value.length === 0) return '[]'
    const items = value.map((item) => `${indent}  ${valueText(item, `${indent}  `)},`)
    return ['[', ...items, `${indent}]`].join('\n')
  }
  if (isPlainObject(value)) {
    const names = Object.keys(value)
    if (names.length === 0) return '{}'
    const keys = names.map((name) =>
      /^[\w-]+$/.test(name) ? name : sanitise(JSON.stringify(name)),
    )
    const width = Math.max(...keys.map((key) => key.length))
    const items = names.map((name, at) => {
      const shown = valueText(value[name] ?? null, `${indent}  `)
      return `${indent}  ${(keys[at] ?? '').padEnd(width)} = ${shown}`
    })
    return ['{', ...items, `${indent}}`].join('\n')
  }
  return String(value)
}

/** Differences between two states, as lines. */
export function diffLines(diff: StateDiff, style: Style): string[] {
  if (diff.hidden !== undefined) return [sanitiseLine(diff.hidden)]
  const loud = diff.resources.filter((change) => change.kind !== 'folded')
  const folded = diff.resources.length - loud.length
  const resources = loud.flatMap((change) => resourceChangeLines(change, style))
  const outputs = diff.outputs.flatMap((change) => {
    const sign = { added: style.good('+'), removed: style.bad('-'), changed: style.warn('~') }[
      change.kind
    ]
    const before = change.before === undefined ? '' : oneLine(change.before)
    const after = change.after === undefined ? '' : oneLine(change.after)
    const values =
      change.kind === 'changed' ? `${before} ${style.dim('→')} ${after}` : before + after
    return [`${sign} output ${style.bold(sanitiseLine(change.name))} = ${values}`]
  })
  const notes = [
    ...(diff.lineageChanged
      ? [style.warn('The lineage differs: these are states of two histories.')]
      : []),
    ...(folded > 0
      ? [style.dim(`${folded} more differ only in what providers keep for themselves.`)]
      : []),
  ]
  const lines = [...resources, ...outputs, ...notes]
  return lines.length === 0 ? ['No difference.'] : lines
}

function resourceChangeLines(change: ResourceChange, style: Style): string[] {
  const address = style.bold(sanitiseLine(change.address))
  switch (change.kind) {
    case 'added':
      return [`${style.good('+')} ${address}`]
    case 'removed':
      return [`${style.bad('-')} ${address}`]
    case 'moved':
      return [
        `${style.accent('→')} ${address} ${style.dim(`was ${sanitiseLine(change.previousAddress ?? '')}`)}`,
      ]
    default: {
      const notes = [
        change.taint === undefined ? undefined : String(change.taint),
        change.schema === undefined
          ? undefined
          : `schema ${change.schema.from} → ${change.schema.to}`,
      ].filter((note) => note !== undefined)
      const note = notes.length === 0 ? '' : ` ${style.dim(`(${notes.join(', ')})`)}`
      const attributes = change.attributes.map((attribute) => attributeChangeLine(attribute, style))
      return [`${style.warn('~')} ${address}${note}`, ...attributes]
    }
  }
}

function attributeChangeLine(change: AttributeChange, style: Style): string {
  const show = (value: Value | undefined) =>
    value === undefined ? style.dim('(none)') : oneLine(value)
  return `    ${sanitiseLine(change.path)}: ${show(change.before)} ${style.dim('→')} ${show(change.after)}`
}

function oneLine(value: Value): string {
  return valueText(value).replace(/\s*\n\s*/g, ' ')
}

/** Masked outputs: `name = value`. */
export function outputLines(outputs: readonly Output[], style: Style): string[] {
  const width = Math.max(0, ...outputs.map((output) => output.name.length))
  return outputs.flatMap((output) => {
    const name = style.bold(sanitiseLine(output.name).padEnd(width))
    const value = output.sensitive ? style.dim('(sensitive)') : valueText(output.value)
    return `${name} = ${value}`.split('\n')
  })
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

function isPlainObject(value: Value): value is { readonly [name: string]: Value } {
  return (
    typeof value === 'object' && value !== null && !isList(value) && !(value instanceof ExactNumber)
  )
}
