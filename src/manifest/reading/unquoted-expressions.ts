import type { Problem } from '../problem.ts'
import { parseYaml } from './yaml.ts'
import { yaml } from './yaml-library.ts'

const expression = /\$\{\{.*?\}\}/g

/**
 * Expressions that YAML does not read as one value because they are not quoted: inside `{ }` and
 * `[ ]`, and where they hold `: ` or ` #`. Found by reading the file with every expression replaced
 * by a word of the same length.
 */
export function findUnquoted(file: string, text: string): Problem[] {
  const regions = [...text.matchAll(expression)].map((match) => ({
    start: match.index,
    text: match[0],
  }))
  const { documents, at } = parseYaml(file, withoutExpressions(text))
  if (documents === 'too deep' || regions.length === 0) return []
  const problems: Problem[] = []
  for (const document of documents) {
    const { isScalar, Scalar: Plain, visit } = yaml()
    visit(document, {
      Scalar(_key, node, path) {
        if (node.type !== Plain.PLAIN || !isScalar(node) || !node.range) return
        const [start, end] = node.range
        const inside = regions.filter((one) => one.start >= start && one.start < end)
        if (inside.length === 0) return
        const flow = path.some((one) => 'flow' in one && one.flow === true)
        const colon = inside.some((one) => /:(\s|$)/.test(one.text))
        const comment = inside.some((one) => /\s#/.test(one.text))
        if (!flow && !colon && !comment) return
        const why = flow ? 'inside `{ }` or `[ ]`' : `that holds \`${colon ? ': ' : ' #'}\``
        problems.push({
          at: at(start),
          message: `an expression ${why} must be quoted`,
          next: suggestion(text.slice(start, end)),
        })
      },
    })
  }
  return problems
}

/** The text with a word of the same length in the place of every expression. */
export function withoutExpressions(text: string): string {
  return text.replace(expression, (found) => 'x'.repeat(found.length))
}

/** Whether ` #` may have cut an expression: the one case of these that YAML does not stumble over. */
export function mayBeCut(text: string): boolean {
  return /\$\{\{[^}\n]*\s#/.test(text)
}

function suggestion(value: string): string {
  return value.includes('\n') ? 'Put the whole value in quotes.' : `Write ${quote(value)}`
}

function quote(value: string): string {
  if (!value.includes("'")) return `'${value}'`
  return value.includes('"') || value.includes('\\')
    ? `'${value.replaceAll("'", "''")}'`
    : `"${value}"`
}
