import { z } from 'zod'
import { nearest } from '../../platform/nearest.ts'
import { closedMap, fixedPath, flag, list, oneOf, open, says, text, whole } from '../kinds/field.ts'
import { kinds } from '../kinds/kinds.ts'
import { parseWindow } from '../window.ts'
import { componentSchema } from './component-schema.ts'
import { COMPONENT_NAME, PLAIN_NAME } from './names.ts'

const noWindow = says(
  'must be days, hours and a time zone',
  'Write "Mon-Thu 09:00-16:00 Europe/London"',
)

/** The saying for a window of which only the zone is wrong. */
function unknownZone(input: unknown): string | undefined {
  const zone = typeof input === 'string' ? (/\S+$/.exec(input.trim())?.[0] ?? '') : ''
  const isOnlyThat = parseWindow(`${String(input).trim().slice(0, -zone.length)}UTC`) !== undefined
  if (zone === '' || !isOnlyThat) return undefined
  const [near] = nearest(zone, Intl.supportedValuesOf('timeZone'))
  const next = near === undefined ? 'Write Europe/London, or UTC.' : `Did you mean \`${near}\`?`
  return says(`is in no time zone that there is: \`${zone}\``, next)
}

const gate = closedMap(
  {
    approvals: whole(0, 100)
      .optional()
      .describe('How many different people must approve. By default 1 with `from`, else 0.'),
    from: list(text(), '[team/sre]')
      .optional()
      .describe('Who may approve: team/sre, or a person. By default anybody.'),
    window: text(says('must be a window of time', 'Write "Mon-Thu 09:00-16:00 Europe/London"'))
      .refine((value) => parseWindow(value) !== undefined, {
        error: ({ input }) => unknownZone(input) ?? noWindow,
      })
      .optional()
      .describe('When it is open: "Mon-Thu 09:00-16:00 Europe/London", by the clocks there.'),
    destroy: oneOf(['allow', 'deny'])
      .optional()
      .describe('`deny` refuses every plan that deletes, replaces or forgets something.'),
    dirty: oneOf(['allow', 'deny'])
      .optional()
      .describe('`deny` refuses changes of files that are in no commit.'),
  },
  says('must be a map', 'Write { approvals: 1 }'),
)

const layer = open('{ name: value }')

/** What an environment says of one component. */
const override = closedMap(
  { inputs: layer.optional().describe('Inputs that lie above those of the component.') },
  says('must be a map', 'Write { inputs: { name: value } }'),
)

export const environmentSchema = closedMap(
  {
    after: text(says('must be the name of one environment'))
      .optional()
      .describe('Promotion: only what succeeded in that environment comes here.'),
    extends: text(says('must be the name of one environment'))
      .optional()
      .describe('The values of that environment count here too, below the own ones.'),
    auto: flag().optional().describe('Applied without a question.'),
    apply: oneOf(['before-merge', 'after-merge'])
      .optional()
      .describe(
        'When a pull request is applied here: before it is merged (default), or by merging it.',
      ),
    concurrency: whole(1, 1000)
      .optional()
      .describe('How many components may be at work here at once.'),
    gate: gate.optional().describe('What must hold before a change is applied here.'),
    values: layer.optional().describe('Values of this environment, read as values.NAME.'),
    protect: list(
      text().regex(/^[A-Za-z][\w-]*$/, { error: says('must be a type of resources') }),
      '[aws_db_instance]',
    )
      .optional()
      .describe('Types of resources that are never destroyed or replaced here without a reason.'),
    components: z
      .record(z.string(), override, { error: says('must be a map of components') })
      .optional()
      .describe('What is different for single components here.'),
  },
  says('must be a map', 'Write { values: { name: value } }, or nothing'),
)

const pullRequests = closedMap(
  {
    compat: oneOf(['atlantis'])
      .optional()
      .describe('`atlantis`: commands in comments may begin with atlantis, too.'),
    merge: oneOf(['automatic', 'manual'])
      .optional()
      .describe('When all is applied: merge by itself (default), or leave it to people.'),
    method: oneOf(['merge', 'squash', 'rebase']).optional().describe('How it is merged.'),
    extra_arguments: list(oneOf(['-target', '-replace', '-refresh']), '[-target, -replace]')
      .optional()
      .describe("Terraform's arguments that `portolan plan -- …` in a comment may give."),
    reserve: oneOf(['on-approval', 'on-plan'])
      .optional()
      .describe(
        'When a pull request takes hold of a workspace: when it is approved or applied (default), or planned.',
      ),
    drafts: flag().optional().describe('Drafts are planned like others.'),
  },
  says('must be a map', 'Write { merge: manual }'),
)

const top = {
  version: z
    .literal(1, { error: says('must be 1', 'Write version: 1') })
    .describe('The version of this format: 1.'),
  project: text()
    .regex(PLAIN_NAME, { error: says('must be made of letters, digits, `.`, `_` and `-`') })
    .optional()
    .describe("The project's name. By default the repository's."),
  values: layer
    .optional()
    .describe('The lowest layer of values, read in expressions as values.NAME.'),
  pull_requests: pullRequests
    .optional()
    .describe('How pull requests are handled; what the base branch says counts.'),
  include: list(fixedPath(), '["services/*/portolan.yaml"]')
    .optional()
    .describe('Globs of files that hold further `components`, and nothing else.'),
}

const environments = open('dev: {} below it').optional()
const components = open('db: { terraform: infra/db } below it').optional()

/** The first level of `portolan.yaml`; what is below environments and components is read one by one. */
export const fileSchema = closedMap(
  { ...top, environments, components, artifacts: z.unknown().optional() },
  says('must be a map', 'Begin with version: 1'),
)

/** The first level of an included file. */
export const includedSchema = closedMap({ components }, says('must be a map with `components`'))

export const componentSchemas = new Map(kinds.map((kind) => [kind.name, componentSchema(kind)]))

/** All of it in one, for editors. */
export const wholeSchema = closedMap(
  {
    ...top,
    environments: z
      .record(z.string().regex(PLAIN_NAME), environmentSchema.nullable())
      .nullish()
      .describe('Where the platform runs. Without any there is one: default.'),
    components: z
      .record(z.string().regex(COMPONENT_NAME), z.union([...componentSchemas.values()]))
      .nullish()
      .describe(
        'What the platform is made of. The key that says what it is (terraform, run) is its kind.',
      ),
  },
  says('must be a map'),
)
