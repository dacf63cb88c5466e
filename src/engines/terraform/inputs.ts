import { createHash } from 'node:crypto'
import { invalid } from '../../platform/errors.ts'
import { HclFault, isBalancedExpression, scanHcl } from './module/hcl-scan.ts'
import type { DeclaredVariable } from './module/module.ts'

/**
 * Refuses values for variables that the module does not declare: Terraform would only warn.
 * @throws AppError `invalid` that names them and the nearest declared ones.
 */
export function checkDeclared(
  given: readonly string[],
  declared: ReadonlyMap<string, DeclaredVariable>,
): void {
  const unknown = given.filter((name) => !declared.has(name))
  const first = unknown[0]
  if (first === undefined) return
  const nearest = nearestName(first, [...declared.keys()])
  const names = unknown.map((name) => `"${name}"`).join(', ')
  throw invalid(`the module declares no variable ${names}`, {
    next:
      nearest === undefined
        ? `Declare it: variable "${first}" {}`
        : `Did you mean "${nearest}"? It is the nearest that the module declares.`,
    details: { undeclared: unknown },
  })
}

/**
 * The content of a `.tfvars` file that gives each variable exactly what `-var NAME=VALUE` would:
 * text for primitive types (numbers keep every digit), an HCL expression for the others.
 * @throws AppError `invalid` for a value that is no expression where one is needed.
 */
export function renderInputs(
  values: Readonly<Record<string, string>>,
  declared: ReadonlyMap<string, DeclaredVariable>,
): string {
  const lines = Object.entries(values).map(([name, value]) => {
    if (declared.get(name)?.reads !== 'expression') return `${name} = ${quote(value)}\n`
    if (!isBalancedExpression(value)) {
      throw invalid(`the value of the variable "${name}" is no complete HCL expression`, {
        next: `Write it as in a .tfvars file, for example -var '${name}=["a", "b"]'.`,
      })
    }
    // The parentheses let it span lines; a comment at its end must not swallow the closing one.
    return `${name} = (\n${value}\n)\n`
  })
  return lines.join('')
}

// HCL knows fewer escapes than JSON, and opens interpolations where JSON has plain text.
function quote(text: string): string {
  return JSON.stringify(text.toWellFormed())
    .replace(/\\(.)/g, (pair, escaped: string) => {
      if (escaped === 'b') return '\\u0008'
      return escaped === 'f' ? '\\u000c' : pair
    })
    .replace(/[$%](?=\{)/g, (sign) => (sign === '$' ? '\\u0024' : '\\u0025'))
}

/** One `-var` or `-var-file`, as it stands on the command line. */
export type GivenInput =
  | { readonly kind: 'value'; readonly name: string; readonly value: string }
  /** `names` are those that the file sets; undefined when it cannot be read. */
  | { readonly kind: 'file'; readonly file: string; readonly names: readonly string[] | undefined }

/**
 * The values that count when, as in Terraform, the later of two on the command line wins: those of
 * which no later file sets the variable. They are to be given after all the files.
 * @throws AppError `invalid` when a later file cannot be read, so that nobody knows which one counts.
 */
export function valuesThatCount(given: readonly GivenInput[]): Readonly<Record<string, string>> {
  const values = new Map<string, string>()
  for (const input of given) {
    if (input.kind === 'value') {
      values.set(input.name, input.value)
      continue
    }
    const [first] = values.keys()
    if (input.names === undefined && first !== undefined) {
      throw invalid(
        `-var ${first} stands before -var-file ${input.file}, which cannot be read: which of them counts is not known`,
        { next: 'Correct the file, or write -var after it: then -var counts.' },
      )
    }
    for (const name of input.names ?? []) values.delete(name)
  }
  return Object.fromEntries(values)
}

/** Names of the variables that a file of variables sets; undefined when it cannot be read. */
export function namesIn(file: string, text: string): readonly string[] | undefined {
  try {
    if (!file.endsWith('.json')) return [...scanHcl(text).attributes.keys()]
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.keys(value)
      : undefined
  } catch (error) {
    if (error instanceof HclFault || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** sha256 over names, values and the contents of the variable files, in their order. */
export function digestInputs(
  values: Readonly<Record<string, string>>,
  files: readonly { readonly path: string; readonly sha256: string }[],
): string {
  const sorted = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([sorted, files.map((file) => [file.path, file.sha256])]))
    .digest('hex')
}

function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best !== undefined && best.distance <= Math.max(2, name.length / 2)
    ? best.candidate
    : undefined
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
