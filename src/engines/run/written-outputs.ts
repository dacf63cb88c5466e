import { invalid } from '../../platform/errors.ts'
import type { Value } from '../../platform/value.ts'
import { parseValue } from '../../platform/value-json.ts'

/** What a component says of an output that its command shall give. */
export interface DeclaredOutput {
  /** `string`, `number`, `list(string)` … */
  readonly type: string
  readonly sensitive: boolean
}

/** An output that a command gave. */
export interface RunOutput {
  readonly value: Value
  readonly sensitive: boolean
}

/**
 * Reads what a command wrote to `$PORTOLAN_OUTPUTS`: `name=value` on a line, or `name<<END`, lines, and
 * `END` on a line of its own. Of two of one name the later counts.
 * @throws AppError `invalid` that names the line, never what stands on it
 */
export function readWrittenOutputs(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''))
  const found = new Map<string, string>()
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    if (line.trim() === '') continue
    const start = /^(?<name>[A-Za-z_][A-Za-z0-9_-]*)(?<sign>=|<<)(?<rest>.*)$/s.exec(line)?.groups
    const { name, sign, rest } = start ?? {}
    if (name === undefined || rest === undefined) throw noOutput(at)
    if (sign === '=') {
      found.set(name, rest)
      continue
    }
    const end = lines.indexOf(rest.trim(), at + 1)
    if (rest.trim() === '' || end < 0) throw noEnd(name, at)
    found.set(name, lines.slice(at + 1, end).join('\n'))
    at = end
  }
  return found
}

function noOutput(at: number) {
  return invalid(`line ${at + 1} of $PORTOLAN_OUTPUTS is no output`, {
    next: 'Write name=value, or name<<END, the lines, and END on a line of its own.',
  })
}

function noEnd(name: string, at: number) {
  return invalid(
    `the output ${name}, which begins on line ${at + 1} of $PORTOLAN_OUTPUTS, has no end`,
    { next: 'End it with the word behind << on a line of its own.' },
  )
}

/**
 * Gives written outputs the types that were promised. Without any declaration all of them are text.
 * @returns the outputs, or why they are not what was promised: sentences without values
 */
export function typedOutputs(
  written: ReadonlyMap<string, string>,
  declared: ReadonlyMap<string, DeclaredOutput>,
):
  | { readonly outputs: Readonly<Record<string, RunOutput>> }
  | { readonly faults: readonly string[] } {
  if (declared.size === 0) {
    return {
      outputs: Object.fromEntries(
        [...written].map(([name, value]) => [name, { value, sensitive: false }]),
      ),
    }
  }
  const faults = [...written.keys()]
    .filter((name) => !declared.has(name))
    .map((name) => `it gave the output ${name}, which is not declared`)
  const outputs: [string, RunOutput][] = []
  for (const [name, { type, sensitive }] of declared) {
    const text = written.get(name)
    if (text === undefined) {
      faults.push(`it did not give the output ${name}: echo "${name}=…" >> "$PORTOLAN_OUTPUTS"`)
      continue
    }
    const value = typed(text, type.trim())
    if (value === undefined) faults.push(`the output ${name} is no JSON, and ${type} is declared`)
    else outputs.push([name, { value, sensitive }])
  }
  return faults.length > 0 ? { faults } : { outputs: Object.fromEntries(outputs) }
}

function typed(text: string, type: string): Value | undefined {
  if (type === 'string') return text
  try {
    return parseValue(text)
  } catch {
    return type === 'any' ? text : undefined
  }
}
