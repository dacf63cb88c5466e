import { createHash } from 'node:crypto'
import { invalid } from '../../platform/errors.ts'
import { isBalancedExpression } from './hcl-scan.ts'
import type { DeclaredVariable } from './module.ts'

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
