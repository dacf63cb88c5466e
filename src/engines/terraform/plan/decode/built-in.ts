import type { SchemaJson } from './schema.ts'

/** The provider that is part of Terraform and of OpenTofu. */
export const builtInProvider = 'terraform.io/builtin/terraform'

const any = { type: 'dynamic' }
const text = { type: 'string' }

/**
 * Its schemas, in all versions whose plans are read: as `providers schema -json` prints them, which
 * a test compares. Terraform 1.16 adds to them.
 */
export const builtInSchemas: Readonly<Record<string, SchemaJson>> = {
  'managed terraform_data': {
    version: 0,
    block: { attributes: { id: text, input: any, output: any, triggers_replace: any } },
  },
  'data terraform_remote_state': {
    version: 0,
    block: {
      attributes: { backend: text, config: any, defaults: any, outputs: any, workspace: text },
    },
  },
}
