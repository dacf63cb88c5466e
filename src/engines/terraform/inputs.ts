import { createHash } from 'node:crypto'
import { invalid } from '../../platform/errors.ts'
import { didYouMean } from '../../platform/nearest.ts'
import type { Value } from '../../platform/value.ts'
import { valueJson } from '../../platform/value-json.ts'
import { hclText, hclValue } from './hcl-value.ts'
import { HclFault, isBalancedExpression, scanHcl } from './module/hcl-scan.ts'
import type { Import } from './module/import-blocks.ts'
import type { DeclaredVariable } from './module/module.ts'

/**
 * Refuses values for variables that the module does not declare: Terraform would only warn.
 * @param workspace whose manifest gives them; undefined for the command line
 * @throws AppError `invalid` that names them and the nearest declared ones.
 */
export function checkDeclared(
  given: readonly string[],
  declared: ReadonlyMap<string, DeclaredVariable>,
  workspace?: string,
): void {
  const unknown = given.filter((name) => !declared.has(name))
  const first = unknown[0]
  if (first === undefined) return
  const names = unknown.map((name) => `"${name}"`).join(', ')
  const message =
    workspace === undefined
      ? `the module declares no variable ${names}`
      : `${workspace} has ${unknown.length === 1 ? 'an input' : 'inputs'} ${names} for which its module declares no variable`
  throw invalid(message, {
    next: didYouMean(first, declared.keys()) ?? `Declare it: variable "${first}" {}`,
    details: { undeclared: unknown },
  })
}

/** The content of a `.tfvars` file that gives each variable exactly that value. */
export function renderValues(values: Readonly<Record<string, Value>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} = ${hclValue(value)}\n`)
    .join('')
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
    if (declared.get(name)?.reads !== 'expression') return `${name} = ${hclText(value)}\n`
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

/** What a plan is made from beside the module itself. */
export interface InputFacts {
  readonly inputs: Readonly<Record<string, Value>>
  /** Of the command line. */
  readonly values: Readonly<Record<string, string>>
  readonly files: readonly { readonly path: string; readonly sha256: string }[]
  /** Commands that go with it. */
  readonly hooks: Value
  /** What is taken over by it. */
  readonly imports?: readonly Import[]
}

/** sha256 over names, values, commands and the contents of the variable files, in their order. */
export function digestInputs({ inputs, values, files, hooks, imports = [] }: InputFacts): string {
  const taken = imports.length === 0 ? [] : [imports.map(({ address, id }) => [address, id])]
  const parts = [inputs, values, files.map((file) => [file.path, file.sha256]), hooks, ...taken]
  return createHash('sha256').update(valueJson(parts)).digest('hex')
}
