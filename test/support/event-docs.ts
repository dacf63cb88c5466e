import type { ChangeEnvironment, ChangeEvent, GraphEntry, Result } from '../../src/changes/index.ts'
import { changeEventJson } from '../../src/cli/render/change/event-json.ts'
import type { PlannedChange, PlanSummary } from '../../src/runs/index.ts'
import { changeEvents } from './change-events.ts'

type Snake<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${Snake<Rest>}`
    : `_${Lowercase<First>}${Snake<Rest>}`
  : Name

/** What is not known is left out. */
interface Maybe {
  readonly maybe: string
}

/** A sentence for each field: a field that is new, or that may be missing now, does not compile. */
type Sentences<Thing> = {
  readonly [Name in Exclude<keyof Thing, 'event' | 'at' | 'change'> &
    string as Snake<Name>]-?: undefined extends Thing[Name] ? Maybe : string
}

type EventDocs = {
  readonly [Name in ChangeEvent['event']]: {
    readonly about: string
    readonly fields: Sentences<Extract<ChangeEvent, { readonly event: Name }>>
  }
}

const events: EventDocs = {
  graph: {
    about: 'The first event of each phase (planning, applying): all that takes part.',
    fields: {
      operation: '`apply` or `destroy`',
      environments: 'the [environments](#environments), in their order',
      workspaces: 'the [workspaces](#workspaces), each after those that it needs',
    },
  },
  workspace: {
    about:
      'A workspace stands somewhere else now. After `graph` there is one for each workspace, with where it stood.',
    fields: {
      workspace: '`component@environment`',
      result: 'where it stands: one of the [results](#results)',
      because: { maybe: 'one sentence: what it waits for, what blocks it, why it failed' },
      run: { maybe: 'its run: `run-42`' },
      run_status: { maybe: "the run's own status" },
      summary: { maybe: 'what the plan would do: a [summary](#summary)' },
    },
  },
  log: {
    about: 'Something that the tool or a job said, without the values of secrets.',
    fields: {
      workspace: 'who said it',
      run: 'its run',
      phase: '`plan` or `apply`',
      text: 'the text as it came: part of a line, or many lines',
    },
  },
  progress: {
    about: 'An operation on a resource.',
    fields: {
      workspace: 'where',
      run: 'its run',
      address: 'the resource',
      status: '`started`, `done` or `failed`',
      action: '`create`, `update`, `delete` or `read`',
      seconds: { maybe: 'how long it took' },
    },
  },
  notice: {
    about: "A sentence of Portolan's. One about a Ctrl-C may come before there is a `change`.",
    fields: {
      workspace: { maybe: 'which workspace it is about; else the whole change' },
      message: 'the sentence',
    },
  },
  waits: {
    about: 'Workspaces of an environment wait for somebody. The exit code is 3 then.',
    fields: {
      environment: 'which',
      workspaces: 'their names',
      because: 'what they wait for',
      next: 'the command that leads on',
    },
  },
  action: {
    about: 'Somebody did something with the change on a server.',
    fields: {
      actor: 'who',
      action: '`approve`, `apply`, `resume`, `stop` or `cancel`',
      workspaces: 'which it was about; empty: all of it',
      reason: { maybe: 'why, where a reason was asked for' },
    },
  },
  end: {
    about: 'The last event of each phase.',
    fields: {
      status: 'of the change: `open`, `done`, `cancelled` or `closed`',
      counts: 'how many workspaces have which [result](#results); zeros are left out',
    },
  },
}

const environment: Sentences<ChangeEnvironment> = {
  name: '`prod`',
  order: 'its place in the order of promotion, from 0',
  after: { maybe: 'the environment that has to be applied before' },
  auto: 'applied on merge, by a server',
  apply: '`before-merge` or `after-merge`: when pull requests are applied',
  concurrency: { maybe: 'how many workspaces are applied at once here' },
  gate: {
    maybe: 'what must hold before an apply: `approvals`, `from`, `window`, `destroy`, `dirty`',
  },
}

const workspace: Sentences<GraphEntry> = {
  workspace: '`component@environment`',
  kind: '`terraform` or `run`',
  needs: 'names of the workspaces that come before it',
  reasons: 'why it takes part',
  expected:
    'seconds that `plan` and `apply` took lately; each is left out when nothing like it ran',
}

const summary: Sentences<PlanSummary> = {
  create: 'resources to create',
  update: 'to change in place',
  replace: 'to replace',
  delete: 'to destroy',
  forget: 'to forget',
  import: 'to import',
  move: 'to move',
  outputs: 'names of the outputs that change',
  drifted: 'resources that were changed from outside',
  risk: 'the risk in one line; may be empty',
  severity: '`none`, `low`, `medium` or `high`',
  protected: 'addresses of protected resources that would end',
  changes: 'the first 500 [changes](#changes), destroys first',
}

const change: Sentences<PlannedChange> = {
  address: 'the resource',
  type: 'its type',
  action: '`create`, `update`, `replace`, `delete`, `forget`, `import`, `move` or `read`',
  reason: { maybe: "the tool's reason" },
  replace_paths: 'attributes that force the replacement',
  previous_address: { maybe: 'where it was before a move' },
}

const results: Readonly<Record<Result, string>> = {
  pending: 'nothing has happened yet',
  planning: 'being planned',
  planned: 'planned from real values: it can be applied',
  provisional: 'planned from planned values: shown, never applied as it is',
  deferred: 'waits for outputs that nobody knows yet',
  applying: 'being applied',
  applied: 'applied (or destroyed)',
  unchanged: 'nothing to change',
  failed: 'its plan or its apply failed',
  blocked: 'something that it needs failed',
  skipped: 'passed over: `when` is false, or what it needs was skipped',
  cancelled: 'somebody cancelled it',
  unknown: 'nobody saw how its apply ended: `portolan state rescue`',
}

/** docs/events.md */
export function eventDocs(): string {
  const parts = Object.entries(events).map(([name, { about, fields }]) => [
    `## \`${name}\``,
    about,
    '',
    ...table(fields),
  ])
  return [
    '# Events of a change',
    '',
    '`portolan plan`, `apply`, `destroy`, `resume --json` write one event in each line of standard output, and nothing else.',
    'Every event has `event` (its kind), `at` (ISO 8601) and `change` (`change-7`). Changes and runs have the names that commands take.',
    'A field that is not known is left out. Whole numbers may be larger than 2^53. New kinds and fields may be added; those here stay.',
    '',
    '```json',
    ...example(),
    '```',
    '',
    ...parts.flatMap((part) => [...part, '']),
    '## Results',
    ...table(results),
    '',
    '## Environments',
    ...table(environment),
    '',
    '## Workspaces',
    ...table(workspace),
    '',
    '## Summary',
    ...table(summary),
    '',
    '## Changes',
    ...table(change),
    '',
    'Written by a test from the type (`test/support/event-docs.ts`): `PORTOLAN_WRITE_DOCS=1 npx vitest run src/cli/render/change/event-json.test.ts`.',
    '',
  ].join('\n')
}

function table(fields: Readonly<Record<string, string | Maybe>>): string[] {
  const rows = Object.entries(fields).map(([name, sentence]) =>
    typeof sentence === 'string'
      ? `| \`${name}\` | ${sentence} |`
      : `| \`${name}\`? | ${sentence.maybe} |`,
  )
  return ['| | |', '|---|---|', ...rows]
}

/** How the planning of one workspace is written. */
function example(): string[] {
  const components = [{ name: 'network', needs: [], plan: 2, apply: 4 }]
  const environments = [{ name: 'dev' }]
  return changeEvents({ phase: 'plan', components, environments, limit: 1 })
    .filter((event) => event.event !== 'log')
    .map((event) => JSON.stringify(changeEventJson(event)))
}
