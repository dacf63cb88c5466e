import { Fault } from '../expressions/fault.ts'
import { evaluateScalar } from '../expressions/render.ts'
import { templateOf } from '../expressions/template.ts'
import type { ScalarNode } from '../node.ts'
import { isLate } from './early.ts'
import type { Prepared } from './prepared.ts'

/** Stands in a known text where something is that is not known. */
export const gap = '\0'

/** What is known of a text before anything has run. What cannot be evaluated is not known either. */
export function knownText(prepared: Prepared, scalar: ScalarNode): string {
  if (typeof scalar.value !== 'string') return String(scalar.value)
  const world = prepared.world()
  return templateOf(scalar.value)
    .pieces.map((piece) => {
      if (typeof piece === 'string') return piece
      if (isLate(piece.expression)) return gap
      const alone = { ...scalar, value: `\${{${piece.text}}}`, source: undefined }
      try {
        const datum = evaluateScalar(alone, world)
        return datum === null || typeof datum === 'object' ? gap : String(datum)
      } catch (error) {
        if (error instanceof Fault) return gap
        throw error
      }
    })
    .join('')
}
