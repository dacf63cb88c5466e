import { conflict } from '../../platform/errors.ts'
import type { Output, Value } from '../../state/index.ts'

/**
 * Outputs as a shell's assignments, `SUBNET_IDS='["a","b"]'`: names in capitals, what is no text as JSON,
 * every value quoted so that a shell takes it as it is.
 * @throws AppError `conflict` when two outputs would have one name
 */
export function assignments(outputs: readonly Output[]): string[] {
  const names = new Map<string, string>()
  return outputs.map(({ name, value }) => {
    const variable = variableName(name)
    const other = names.get(variable)
    if (other !== undefined) {
      throw conflict(`the outputs ${other} and ${name} would both be ${variable}`, {
        next: 'Ask for one of them by its name.',
      })
    }
    names.set(variable, name)
    return `${variable}=${quote(plainText(value))}`
  })
}

function variableName(name: string): string {
  const text = name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')
  return /^[0-9]/.test(text) ? `_${text}` : text
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function plainText(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
