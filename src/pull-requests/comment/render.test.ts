import { describe, expect, test } from 'vitest'
import { aSummary, aView, aWorkspace, commentFacts } from '../../../test/support/comment-facts.ts'
import { renderComment } from './render.ts'

const database = `
Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  + create

aws_vpc.main: Refreshing state... [id=vpc-1]

Terraform will perform the following actions:

  # aws_subnet.a will be created
  + resource "aws_subnet" "a" {
      + id = (known after apply)
    }

  # aws_db_instance.main must be replaced
-/+ resource "aws_db_instance" "main" {
      ~ name = "a" -> "b" # forces replacement
    }

Plan: 2 to add, 0 to change, 1 to destroy.
`

const risky = aSummary({
  create: 1,
  replace: 1,
  severity: 'high',
  risk: 'replaces 1 protected database because `name` changed; 14 dependents',
})

const nobody = {
  name: 'gate',
  met: false,
  sentence: 'dev asks for 1 approval by `team/sre`.',
} as const

const planned = aView([
  aWorkspace('network@dev', 'unchanged', { run: 40 }),
  aWorkspace('db@dev', 'planned', { run: 41, summary: risky }),
  aWorkspace('api@dev', 'deferred', { because: 'waits for db.host' }),
  aWorkspace('db@prod', 'planned', {
    run: 42,
    summary: aSummary({ create: 3, outputs: ['a'], severity: 'low' }),
  }),
])

test('plans that somebody has to agree to', () => {
  const comment = renderComment(
    commentFacts(planned, {
      waits: [{ environment: 'dev', to: 'approve' }],
      outputs: new Map([
        ['db@prod', '  # aws_s3_bucket.b will be created\n  + resource "aws_s3_bucket" "b" {}\n'],
        ['db@dev', database],
      ]),
      requirements: new Map([
        ['db@dev', [nobody]],
        ['db@prod', [{ name: 'approved', met: false, sentence: 'nobody approved this plan' }]],
      ]),
      approvals: new Map([['db@prod', ['Grace']]]),
      reservations: [{ workspace: 'db@prod', holder: 9, place: 1 }],
      commands: [
        { author: 'ada', command: 'apply -e dev', status: 'refused', answer: 'nobody approved it' },
      ],
      notes: ['main moved on; none of it affects what is planned'],
    }),
  )
  expect(comment).toBe(`\
<!-- portolan -->
**Waits for approval in dev.** Who may comments \`portolan approve 3c73f3152716\`.

- main moved on; none of it affects what is planned

| Environment | Component | Plan | Approval | Apply | |
|---|---|---|---|---|---|
| \`dev\` | \`db\` | \`+1 ±1\` **high risk**: replaces 1 protected database because \`name\` changed; 14 dependents | missing | waits | [run 41](https://portolan.example/runs/41) |
| \`dev\` | \`api\` | waits for \`db.host\` |  |  |  |
| \`prod\` | \`db\` | \`+3, 1 output\` | by Grace | waits for \`#9\` | [run 42](https://portolan.example/runs/42) |

Unchanged (1): \`network@dev\`

**What is in the way**

- \`db@dev\`: dev asks for 1 approval by \`team/sre\`.

**Held by other pull requests**

- \`db@prod\` is held by \`#9\`; this one is next

**Commands**

- \`ada\` \`apply -e dev\`: nobody approved it

Digest of these plans: \`3c73f3152716\`

- agree to these plans: \`portolan approve 3c73f3152716\`
- apply them: \`portolan apply\`
- plan again: \`portolan plan\`; give up: \`portolan discard\`; what else there is: \`portolan help\`

<details><summary><code>db&#64;<!-- -->dev</code> +1 ±1</summary>

\`\`\`diff
  # aws_db_instance.main must be replaced
-/+ resource "aws_db_instance" "main" {
~       name = "a" -> "b" # forces replacement
    }

  # aws_subnet.a will be created
+   resource "aws_subnet" "a" {
+       id = (known after apply)
    }
\`\`\`

</details>

<details><summary><code>db&#64;<!-- -->prod</code> +3, 1 output</summary>

\`\`\`diff
  # aws_s3_bucket.b will be created
+   resource "aws_s3_bucket" "b" {}
\`\`\`

</details>

<sub>[\`change-7\`](https://portolan.example/changes/7): \`1f2a3b4c5d\` merged with \`main\` at \`aa11bb22cc\`</sub>`)
})

/** The verdict and what to do next. */
function firstLine(...facts: Parameters<typeof commentFacts>): string {
  return renderComment(commentFacts(...facts)).split('\n')[1] ?? ''
}

describe('the first line says where it stands and what is next', () => {
  const former = { head: 'b'.repeat(40), base: 'c', commit: 'd', changeId: 7 }

  test('while it is planned', () => {
    const view = aView([aWorkspace('a@dev', 'planned'), aWorkspace('b@dev', 'planning')])
    expect(firstLine(view, { working: 'plan' })).toBe('**1 of 2 planned.**')
  })

  test('before it is planned, with nothing of a former head', () => {
    const facts = commentFacts(planned, { pullRequest: { planned: former } })
    const comment = renderComment(facts)
    expect(comment).toContain('**Its new head waits to be planned.**')
    expect(comment).not.toContain('db')
  })

  test.each([{ isDraft: true }, { isFork: true }])(
    'when somebody has to say so: %j',
    (pullRequest) => {
      const line = firstLine(undefined, { pullRequest: { planned: undefined, ...pullRequest } })
      expect(line).toContain('when somebody says so.** `portolan plan` plans it.')
    },
  )

  test('when nothing is affected', () => {
    expect(firstLine(undefined)).toBe('**Nothing to apply.**')
  })

  test('when it cannot be planned: where, and what to do', () => {
    const comment = renderComment(
      commentFacts(undefined, {
        pullRequest: {
          problem: 'it does not merge with main',
          problemPlaces: ['infra/db/main.tf', '[a](b) @octocat'],
          problemNext: 'Merge main into it.',
        },
      }),
    )
    expect(comment).toContain('**It does not merge with main:')
    expect(comment).toContain('Merge main into it.')
    expect(comment).toContain('- `infra/db/main.tf`\n- `[a](b) @octocat`')
  })

  test('when it can be applied', () => {
    const view = aView([aWorkspace('db@dev', 'planned', { run: 1 })])
    expect(firstLine(view, { waits: [{ environment: 'dev', to: 'apply' }] })).toBe(
      '**Waits to be applied in dev.** `portolan apply` applies it.',
    )
  })

  test('when something failed', () => {
    const view = aView([
      aWorkspace('a@dev', 'applied'),
      aWorkspace('b@dev', 'failed', { because: 'Terraform ended with 1' }),
    ])
    expect(firstLine(view)).toBe(
      '**1 of 2 failed.** Push what repairs it, or `portolan resume` starts again at what failed.',
    )
  })

  test('when all is applied', () => {
    const view = aView([aWorkspace('a@dev', 'applied')], 'done')
    expect(firstLine(view)).toBe('**All applied.** It merges by itself.')
    expect(firstLine(view, { merge: 'manual' })).toBe('**All applied.** It can be merged.')
    expect(firstLine(view, { pullRequest: { mergeProblem: 'a check is missing' } })).toBe(
      '**All applied; not merged: a check is missing.**',
    )
  })

  test('when the rest is applied by merging', () => {
    const view = aView([aWorkspace('a@dev', 'applied'), aWorkspace('a@prod', 'planned')])
    expect(firstLine(view, { afterMerge: ['prod'], merge: 'manual' })).toContain(
      'Merging it applies the rest.',
    )
  })

  test('when it was given up', () => {
    const view = aView([aWorkspace('a@dev', 'cancelled')], 'cancelled')
    expect(firstLine(view)).toBe('**Discarded.** `portolan plan` plans it again.')
  })
})

test('who asks for help gets it', () => {
  const command = { author: 'ada', command: 'help plan', status: 'done', answer: '' } as const
  const comment = renderComment(commentFacts(undefined, { commands: [command] }))
  expect(comment).toContain(
    '`portolan plan [FLAGS] [-- ARGUMENTS]` plans again what differs, and what is named.',
  )
})

test('an error is shown first', () => {
  const view = aView([aWorkspace('a@dev', 'failed', { run: 5 })])
  const output = '  # a will be created\n\n╷\n│ Error: no such bucket\n│\n╵\n'
  const comment = renderComment(commentFacts(view, { outputs: new Map([['a@dev', output]]) }))
  expect(comment).toContain(
    '```diff\n╷\n│ Error: no such bucket\n│\n╵\n\n  # a will be created\n```',
  )
})
