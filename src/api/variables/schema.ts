import { z } from 'zod'
import { Moment } from '../common-schema.ts'

const Place = {
  environment: z.string().max(100).optional(),
  component: z.string().max(300).optional(),
}

/** A variable as it is listed: its value can only be written. */
export const Variable = z
  .object({
    id: z.uuid(),
    ...Place,
    kind: z
      .enum(['terraform', 'environment'])
      .meta({ description: "A module's input, or an environment variable of its runs." }),
    name: z.string(),
    phase: z.enum(['both', 'plan', 'apply']),
    updatedBy: z.string(),
    updatedAt: Moment,
  })
  .meta({ id: 'Variable' })

/** One that a workspace really gets, and those that it hides. */
export const EffectiveVariable = Variable.extend({
  /** In words: `project`, `environment prod`, `component db`, `component db in prod`. */
  from: z.string(),
  /** In which phases of a run it counts: another one may count in the other. */
  phases: z.array(z.enum(['plan', 'apply'])),
  /** What the manifest gives itself counts more. */
  hiddenBy: z.literal('manifest').optional(),
  hidden: z.array(z.object({ id: z.uuid(), from: z.string() })),
}).meta({ id: 'EffectiveVariable' })

export const SetVariable = z
  .object({
    ...Place,
    kind: z.enum(['terraform', 'environment']),
    name: z
      .string()
      .max(200)
      .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, 'is no name of a variable'),
    phase: z.enum(['both', 'plan', 'apply']).default('both'),
    value: z.string().max(100_000),
  })
  .meta({ id: 'SetVariable' })
