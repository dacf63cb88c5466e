import { type Expression, partsOf } from '../expressions/expression.ts'
import { conditionOf, type Template, templateOf } from '../expressions/template.ts'
import type { ScalarNode } from '../node.ts'

/** What expressions read beside the manifest. */
export interface WorldReads {
  /** Arguments of `file("…")`. */
  readonly files: ReadonlySet<string>
  /** It depends on the commit (`git`, `git_commit`), or on a file whose name is computed. */
  readonly moves: boolean
}

/** What the expressions of some texts read; `condition` is for texts that are one expression as a whole. */
export function worldReads(
  texts: Iterable<{ readonly scalar: ScalarNode; readonly condition: boolean }>,
): WorldReads {
  const files = new Set<string>()
  let moves = false
  const visit = (expression: Expression) => {
    if (expression.is === 'name' && expression.name === 'git') moves = true
    if (expression.is === 'call' && expression.on === undefined) {
      const [first] = expression.args
      if (expression.name === 'git_commit') moves = true
      if (expression.name === 'file') {
        if (first?.is === 'literal' && typeof first.value === 'string') files.add(first.value)
        else moves = true
      }
    }
    for (const part of partsOf(expression)) visit(part)
  }
  for (const { scalar, condition } of texts) {
    for (const part of expressionsIn(scalar, condition)) visit(part)
  }
  return { files, moves }
}

function expressionsIn({ value }: ScalarNode, condition: boolean): Expression[] {
  if (typeof value !== 'string') return []
  // Nearly all texts: nothing is looked up for them.
  if (!condition && !value.includes('${{')) return []
  const template: Template = condition ? conditionOf(value) : templateOf(value)
  return template.pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.expression]))
}
