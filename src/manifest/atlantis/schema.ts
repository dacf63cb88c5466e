import { z } from 'zod'
import { flag, list, oneOf, says, text, whole } from '../kinds/field.ts'
import { isVersionConstraint } from '../kinds/terraform.ts'
import { requirements } from './project.ts'

// Keys that are not known here are told by who reads the file, and stop nothing: newer versions of
// Atlantis may know them.
function openMap<Shape extends z.ZodRawShape>(shape: Shape, expected: string) {
  return z.object(shape, { error: says('must be a map', expected) })
}

const patterns = list(text(), '["*.tf", "../modules/**/*.tf"]')
const required = list(oneOf(requirements), '[approved]')
const locks = openMap(
  { mode: oneOf(['on_plan', 'on_apply', 'disabled']).optional() },
  '{ mode: on_plan }',
)
const anything = z.unknown().optional()

export const fileKeys = {
  version: z.literal(3, { error: says('must be 3', 'Write version: 3') }),
  automerge: flag().optional(),
  autodiscover: openMap(
    {
      mode: oneOf(['auto', 'enabled', 'disabled']).optional(),
      ignore_paths: list(text(), '["examples/**"]').optional(),
    },
    'Write { mode: auto }',
  ).optional(),
  delete_source_branch_on_merge: flag().optional(),
  parallel_plan: flag().optional(),
  parallel_apply: flag().optional(),
  abort_on_execution_order_fail: flag().optional(),
  repo_locks: locks.optional(),
  emoji_reaction: anything,
  silence_pr_comments: anything,
  allowed_regexp_prefixes: anything,
  projects: z
    .array(z.unknown(), { error: says('must be a list', 'Write - dir: infra') })
    .optional(),
  workflows: z
    .record(z.string(), z.unknown(), { error: says('must be a map of names to workflows') })
    .optional(),
}

export const fileSchema = openMap(fileKeys, 'Begin with version: 3')

const directory = text().refine((value) => !value.split('/').includes('..'), {
  error: says('must be a directory of the repository', 'Write it from the root, without `..`'),
})

export const projectKeys = {
  name: text()
    // As Atlantis: nothing that an address would have to write otherwise, but slashes.
    .regex(/^[A-Za-z0-9._~/+-]+$/, {
      error: says('must be made of letters, digits, `-`, `_`, `.`, `~` and `/`'),
    })
    .optional(),
  dir: directory,
  workspace: text().optional(),
  branch: text()
    .regex(/^\/.*\/$/s, { error: says('must be a pattern between slashes', 'Write /^main$/') })
    .optional(),
  workflow: text().optional(),
  terraform_distribution: oneOf(['terraform', 'opentofu']).optional(),
  terraform_version: z
    .union([z.string(), z.number()], { error: says('must be a version', 'Write v1.11.4') })
    .refine((value) => isVersionConstraint(String(value)), {
      error: says('must be a version', 'Write v1.11.4'),
    })
    .optional(),
  autoplan: openMap(
    { enabled: flag().optional(), when_modified: patterns.optional() },
    'Write { when_modified: ["*.tf"] }',
  ).optional(),
  plan_requirements: required.optional(),
  apply_requirements: required.optional(),
  import_requirements: required.optional(),
  depends_on: list(text(), '[network]').optional(),
  execution_order_group: whole(-1_000_000, 1_000_000).optional(),
  delete_source_branch_on_merge: flag().optional(),
  repo_locking: flag().optional(),
  repo_locks: locks.optional(),
  policy_check: flag().optional(),
  custom_policy_check: flag().optional(),
  silence_pr_comments: anything,
  glob_file_match: anything,
}

export const projectSchema = openMap(projectKeys, 'Write - dir: infra')

const stage = openMap(
  {
    steps: z
      .array(z.unknown(), { error: says('must be a list of steps', 'Write [init, plan]') })
      .nullish(),
  },
  'Write { steps: [init, plan] }',
)

export const workflowKeys = {
  plan: stage.optional(),
  apply: stage.optional(),
  policy_check: anything,
  import: anything,
  state_rm: anything,
}

export const workflowSchema = openMap(workflowKeys, 'Write { plan: { steps: [init, plan] } }')

const argumentList = list(text(), '["-lock=false"]')
const command = text(says('must be a command'))

export const stepSchemas = {
  arguments: openMap(
    { extra_args: argumentList.optional() },
    'Write { extra_args: ["-lock=false"] }',
  ),
  run: openMap(
    {
      command,
      shell: text().optional(),
      shellArgs: z.unknown().optional(),
      output: z.unknown().optional(),
      filter_regex: z.unknown().optional(),
    },
    'Write { command: "echo hello" }',
  ),
  env: openMap(
    {
      name: text().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
        error: says('must be a name of a variable'),
      }),
      value: z.string({ error: says('must be text') }).optional(),
      command: command.optional(),
      shell: text().optional(),
      shellArgs: z.unknown().optional(),
    },
    'Write { name: STAGE, value: dev }',
  ),
}
