import { z } from 'zod'
import { invalid } from '../../platform/errors.ts'

const Change = z.object({
  actions: z.array(z.string()),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
  importing: z.looseObject({}).nullish(),
})

const ResourceChange = z.object({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  previous_address: z.string().optional(),
  /** Set for an old object that `create_before_destroy` left to be destroyed. */
  deposed: z.string().optional(),
  index: z.union([z.string(), z.number()]).optional(),
  action_reason: z.string().optional(),
  change: Change,
})

const StateResource = z.object({
  address: z.string(),
  mode: z.string().optional(),
  depends_on: z.array(z.string()).optional(),
})

const StateModule = z.object({
  resources: z.array(StateResource).optional(),
  get child_modules() {
    return z.array(StateModule).optional()
  },
})

const TerraformPlan = z.object({
  format_version: z.string(),
  /** Absent before Terraform 1.8 and in OpenTofu before 1.7. */
  applyable: z.boolean().optional(),
  errored: z.boolean().optional(),
  resource_changes: z.array(ResourceChange).optional(),
  resource_drift: z.array(ResourceChange).optional(),
  output_changes: z.record(z.string(), z.object({ actions: z.array(z.string()) })).optional(),
  relevant_attributes: z.array(z.object({ resource: z.string() })).optional(),
  prior_state: z
    .object({ values: z.object({ root_module: StateModule.optional() }).optional() })
    .optional(),
})

/**
 * The parts of Terraform's plan JSON (`show -json PLANFILE`, format 1.x) that decisions need.
 * Source: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 */
export type TerraformPlan = z.infer<typeof TerraformPlan>
export type ResourceChange = z.infer<typeof ResourceChange>
export type StateModule = z.infer<typeof StateModule>

/**
 * Reads plan JSON; fields it does not know are ignored.
 * @throws AppError `invalid` for text that is not plan JSON of format 1.x.
 */
export function parsePlan(text: string): TerraformPlan {
  const parsed = TerraformPlan.safeParse(parseJson(text))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw invalid(
      `Terraform's plan could not be read: ${issue?.path.join('.') || 'the document'}: ${issue?.message}`,
      { next: 'Nothing was changed. Report the version of Terraform together with this message.' },
    )
  }
  if (!/^1\./.test(parsed.data.format_version)) {
    throw invalid(
      `Terraform's plan has the format ${parsed.data.format_version}; Portolan reads format 1`,
      {
        next: 'Use a Terraform or OpenTofu that this Portolan knows: `portolan doctor` lists them.',
      },
    )
  }
  return parsed.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, which may hold secrets.
    throw invalid("Terraform's plan could not be read: it is not JSON", {
      next: 'Nothing was changed. Run it again.',
    })
  }
}
