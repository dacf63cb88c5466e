import { z } from 'zod'
import { closedMap, flag, list, oneOf, open, path, says, text, whole } from '../kinds/field.ts'
import type { Kind } from '../kinds/kind.ts'
import { secondsOf } from './duration.ts'

// Whether it is a type is checked with the expressions, which read parts of outputs.
const outputType = text(says('must be a type', 'Write string, number, list(string), …'))

const output = z
  .union(
    [
      outputType,
      closedMap(
        {
          type: outputType.describe('A type of Terraform: string, list(string), any, …'),
          sensitive: flag().optional().describe('Masked wherever it is shown.'),
        },
        says('must be a type'),
      ),
    ],
    {
      error: says(
        'must be a type, or a map with `type`',
        'Write list(string), or { type: string, sensitive: true }',
      ),
    },
  )
  .describe('What the component promises: checked after each apply.')

const pattern = text().refine(isPattern, { error: says('is no regular expression') })

const retry = z.union(
  [
    whole(0, 10),
    closedMap(
      {
        attempts: whole(0, 10).describe('How often more, after the first time.'),
        on: list(pattern, '["connection reset"]')
          .optional()
          .describe(
            'Regular expressions: it is tried again when what it said matches one of them. By default a list of failures that pass.',
          ),
      },
      says('must be a number or a map'),
    ),
  ],
  {
    error: says(
      'must be a whole number from 0 to 10, or a map with `attempts`',
      'Write 2, or { attempts: 2, on: ["connection reset"] }',
    ),
  },
)

const variables = open('{ NAME: value }')

const hook = closedMap(
  {
    run: text(says('must be a command')).describe(
      'A command, run by a shell in the root of the repository.',
    ),
    env: variables.optional().describe('Environment variables of the command.'),
    on: list(oneOf(['plan', 'apply', 'destroy']), '[apply]')
      .optional()
      .describe('In which phases it runs. By default only when something is applied.'),
  },
  says('must be a map with `run`', 'Write - run: ./scripts/check.sh'),
)

const name = text(says('must be a name'))

/** Keys of components of any kind. */
const common = {
  inputs: open('{ name: value }')
    .optional()
    .describe(
      `What goes in: variables of Terraform, environment variables of a command. \`\${{ outputs.db.host }}\` reads an output of another component, which then comes first.`,
    ),
  values: list(path(), '[db/common.yaml]; single values belong into `inputs`')
    .optional()
    .describe(
      'YAML files with inputs, in order; what `inputs` says lies above them. `?` at the end: may be absent.',
    ),
  outputs: z
    .record(z.string(), output, {
      error: says('must be a map of names to types', 'Write { host: string }'),
    })
    .optional()
    .describe('What comes out, with its type. Other components read it as outputs.NAME.OUTPUT.'),
  environments: list(name, '[dev, prod]')
    .min(1, { error: says('is an empty list', 'Leave it out: then it exists in all of them.') })
    .optional()
    .describe('In which environments it exists. By default in all of them.'),
  tags: list(
    text().regex(/^[\w.:/=-]+$/, { error: says('must be a word without spaces and commas') }),
    '[service]',
  )
    .optional()
    .describe('Words to select components by: `portolan plan --tag service`.'),
  needs: list(name, '[network]')
    .optional()
    .describe(
      'Components that come first although nothing of them is read. Where an output is read, the order follows by itself.',
    ),
  when: z
    .union([text(), z.boolean()], {
      error: says('must be an expression', 'Write when: values.search'),
    })
    .optional()
    .describe(
      'An expression that decides whether it exists in an environment: values.search, env.name != "prod".',
    ),
  protect: flag()
    .optional()
    .describe('What it holds is never destroyed or replaced without a reason that is recorded.'),
  timeout: text(says('must be a duration', 'Write 10m, 90s or 1h30m'))
    .refine((value) => secondsOf(value) !== undefined, {
      error: says('must be a duration above zero, and below 24 days', 'Write 10m, 90s or 1h30m'),
    })
    .optional()
    .describe('How long it may take: 10m, 90s, 1h30m.'),
  retry: retry
    .optional()
    .describe(
      'How often planning, or a command, is tried again after a failure that passes. An apply of Terraform never is.',
    ),
  before: list(hook, '[{ run: ./scripts/check.sh }]').optional().describe('Commands before it.'),
  after: list(hook, '[{ run: ./scripts/smoke.sh }]').optional().describe('Commands after it.'),
  watch: list(path(), '["schemas/**"]')
    .optional()
    .describe(
      'Globs of further files that it depends on: it is affected when one of them changes.',
    ),
}

/** A component of a kind. */
export function componentSchema(kind: Kind) {
  return closedMap(
    { [kind.name]: kind.main, ...kind.keys, ...common },
    says('must be a map', `Write { ${kind.name}: … }`),
  )
}

function isPattern(value: string): boolean {
  try {
    new RegExp(value)
    return true
  } catch {
    return false
  }
}
