import { expect, test } from 'vitest'
import { problemsOf } from '../../../test/support/manifest-files.ts'

/** A manifest that is right but for what is put into it. */
const component = (lines: string) =>
  `version: 1\ncomponents:\n  db:\n    terraform: infra/db\n${lines}`
const environment = (lines: string) => `version: 1\nenvironments:\n  dev: {}\n  prod:\n${lines}`

const cases: readonly (readonly [name: string, text: string, problems: readonly string[]])[] = [
  // The file.
  [
    'nothing at all',
    '',
    [
      '1:1 the manifest is empty → Begin with `version: 1`; `portolan init` writes a whole one where there is none.',
    ],
  ],
  [
    'nothing but comments',
    '# soon\n\n# really\n',
    [
      '1:1 the manifest is empty → Begin with `version: 1`; `portolan init` writes a whole one where there is none.',
    ],
  ],
  [
    'a list',
    '- version: 1\n',
    ['1:1 the manifest must be a map, not a list → Begin with version: 1'],
  ],
  ['a word', 'hello\n', ['1:1 the manifest must be a map, not "hello" → Begin with version: 1']],
  ['no version', 'project: shop\n', ['1:1 `version` is missing → Write version: 1']],
  [
    'a version in quotes',
    'version: "1"\n',
    ['1:10 `version` must be 1, not "1" → Write version: 1'],
  ],
  [
    'a version of the future',
    'version: 2\n',
    ['1:10 `version` must be 1, not 2 → Write version: 1'],
  ],
  [
    'a project with spaces',
    'version: 1\nproject: my shop\n',
    ['2:10 `project` must be made of letters, digits, `.`, `_` and `-`, not "my shop"'],
  ],
  [
    'a word that is nearly right',
    'version: 1\nvlaues: {}\n',
    ['2:1 unknown key `vlaues` → Did you mean `values`?'],
  ],
  [
    'a word of another tool',
    'version: 1\nstacks: {}\n',
    ['2:1 unknown key `stacks` → It is called `components` here.'],
  ],
  [
    'a key that belongs further in',
    'version: 1\nneeds: [a]\n',
    ['2:1 unknown key `needs` → It is a key of a component.'],
  ],
  [
    'artifacts',
    'version: 1\nartifacts:\n  api: { image: x }\n',
    [
      '2:1 `artifacts` are not available yet → Until then hold names and digests of images in `values`.',
    ],
  ],
  [
    'values as a list',
    'version: 1\nvalues: [1]\n',
    ['2:9 `values` must be a map of names to values, not a list → Write { name: value }'],
  ],
  [
    'an include that nothing matches',
    'version: 1\ninclude: ["services/*.yaml"]\n',
    [
      '2:11 no file matches `services/*.yaml` → It is a glob from the root of the repository: "services/*/portolan.yaml".',
    ],
  ],
  [
    'an include outside',
    'version: 1\ninclude: [../x.yaml]\n',
    [
      '2:11 an item of `include` must be a path from the root of the repository, inside it, not "../x.yaml" → Write it without a leading `/` or `..`: infra/network',
    ],
  ],

  [
    'environments as a list',
    'version: 1\nenvironments: [dev]\n',
    ['2:15 `environments` must be a map of names to values, not a list → Write dev: {} below it'],
  ],
  [
    'components as a word',
    'version: 1\ncomponents: db\n',
    [
      '2:13 `components` must be a map of names to values, not "db" → Write db: { terraform: infra/db } below it',
    ],
  ],

  // YAML.
  [
    'a tab',
    'version: 1\ncomponents:\n\tdb: {}\n',
    ['3:1 a tab cannot indent a line → Use spaces.'],
  ],
  [
    'a line too far left',
    'version: 1\ncomponents:\n    db:\n      run: a\n   x:\n',
    [
      '5:4 the indentation fits neither the line above nor any further up → Keys of one map begin in the same column.',
    ],
  ],
  [
    'a quote that stays open',
    'version: 1\nproject: "shop\nvalues: {}\n',
    ['2:10 a quote begins here and is never closed → Add the closing quote.'],
  ],
  [
    'a bracket that stays open',
    'version: 1\ninclude: [a\nvalues: {}\n',
    [
      '2:10 this `[` is never closed by `]` → Close it; lines between the two are indented more than the first.',
    ],
  ],
  [
    'two documents',
    'version: 1\n---\nversion: 1\n',
    ['2:1 a second document begins here, and a manifest is one → Remove this line of dashes.'],
  ],
  [
    'a key twice',
    'version: 1\nvalues: {}\nvalues: {}\n',
    [
      '3:1 the key `values` is written twice → It is written in line 2 already: remove one of them.',
    ],
  ],
  [
    'an expression inside braces',
    component('    inputs: { vpc: ${{ outputs.network.id }}, x: 1 }\n'),
    ["5:20 an expression inside `{ }` or `[ ]` must be quoted → Write '${{ outputs.network.id }}'"],
  ],
  [
    'an expression inside brackets',
    component('    inputs:\n      x: [1, "${{ values.a }}", ten-${{ values.b }}]\n'),
    ["6:33 an expression inside `{ }` or `[ ]` must be quoted → Write 'ten-${{ values.b }}'"],
  ],
  [
    'an expression with a colon',
    component('    inputs:\n      x: ${{ values.a ? "b": "c" }}\n'),
    ['6:10 an expression that holds `: ` must be quoted → Write \'${{ values.a ? "b": "c" }}\''],
  ],
  [
    'an expression with a hash',
    component('    inputs:\n      x: ${{ values.a + " #1" }}\n'),
    ['6:10 an expression that holds ` #` must be quoted → Write \'${{ values.a + " #1" }}\''],
  ],
  [
    'several of these, and a real fault',
    component('    inputs: { a: ${{ values.a }}, b: ${{ values.b }} }\n    x: y: z\n'),
    [
      "5:18 an expression inside `{ }` or `[ ]` must be quoted → Write '${{ values.a }}'",
      "5:38 an expression inside `{ }` or `[ ]` must be quoted → Write '${{ values.b }}'",
      '6:8 there is a second `: ` in this value → Put the value in quotes.',
    ],
  ],
  [
    'a template of Helm',
    component('    inputs:\n      x: {{ .Values.x }}\n'),
    [
      '6:11 a map or a list cannot be a key → An expression is written ${{ … }}, with a dollar sign.',
    ],
  ],
  [
    'an expression as a key',
    component('    inputs:\n      "${{ values.a }}": 1\n'),
    ['6:7 an expression cannot be a key → Only values may hold expressions.'],
  ],
  [
    'a glob without quotes',
    component('    watch: [*.json]\n'),
    [
      '5:13 a value that begins with `*` is an alias, and nothing is called `.json` → If it is text, put it in quotes: "*.json".',
    ],
  ],
  [
    'a negation without quotes',
    component('    when: !values.search\n'),
    [
      '5:11 `!values.search` is a YAML tag, and none is known → If it is the value, put it in quotes: "!values.search".',
    ],
  ],
  [
    'a missing space',
    component('    protect:true\n'),
    ['5:5 the colon after `protect` needs a space behind it → Write `protect: true`'],
  ],
  [
    'a merge of no map',
    component('    inputs:\n      <<: 1\n'),
    ['6:7 `<<` takes a map, or a list of maps → Write `<<: *name`.'],
  ],
  [
    'an anchor that contains itself',
    component('    inputs:\n      x: &x [*x]\n'),
    ['6:14 `*x` contains itself'],
  ],
  [
    'an infinite number',
    component('    inputs:\n      x: .inf\n'),
    ['6:10 `.inf` is no number that can be passed on → Quote it as text.'],
  ],
  [
    'a backslash in double quotes',
    component('    inputs:\n      x: "\\d"\n'),
    [
      "6:11 `\\d` means nothing in double quotes → Use single quotes ('…'), in which a backslash is a backslash, or write it twice.",
    ],
  ],

  // Environments.
  [
    'an environment that cannot be called so',
    'version: 1\nenvironments:\n  my env: {}\n',
    [
      '3:3 `my env` cannot be the name of an environment → Letters, digits, `.`, `_` and `-` can be in it: dev, eu-west-1.',
    ],
  ],
  [
    'yes for true',
    environment('    auto: yes\n'),
    ['5:11 `auto` must be true or false, not "yes" → Write true'],
  ],
  [
    'no place at all',
    environment('    concurrency: 0\n'),
    ['5:18 `concurrency` must be a whole number from 1 to 1000, not 0'],
  ],
  [
    'a word for a list',
    environment('    protect: aws_db_instance\n'),
    ['5:14 `protect` must be a list, not "aws_db_instance" → Write [aws_db_instance]'],
  ],
  [
    'after an unknown environment',
    environment('    after: dve\n'),
    ['5:12 there is no environment `dve` → Did you mean `dev`?'],
  ],
  [
    'after itself',
    environment('    after: prod\n'),
    ['5:12 `after` goes in a circle: prod → prod → Remove one of these.'],
  ],
  [
    'environments after one another',
    'version: 1\nenvironments:\n  a: { after: c }\n  b: { after: a }\n  c: { after: b }\n',
    ['3:15 `after` goes in a circle: a → c → b → a → Remove one of these.'],
  ],
  [
    'environments that extend one another',
    'version: 1\nenvironments:\n  a: { extends: b }\n  b: { extends: a }\n',
    ['3:17 `extends` goes in a circle: a → b → a → Remove one of these.'],
  ],
  [
    'a list of parents',
    environment('    extends: [dev]\n'),
    ['5:14 `extends` must be the name of one environment, not a list'],
  ],
  [
    'an environment that is applied at any time',
    environment('    apply: whenever\n'),
    ['5:12 `apply` must be `before-merge` or `after-merge`, not "whenever"'],
  ],
  [
    'pull requests that are no map',
    'version: 1\npull_requests: atlantis\n',
    ['2:16 `pull_requests` must be a map, not "atlantis" → Write { merge: manual }'],
  ],
  [
    'pull requests with everything wrong',
    'version: 1\npull_requests:\n  compat: terraform\n  merge: allways\n  method: fast-forward\n  extra_arguments: [-destroy]\n  reserve: never\n  drafts: maybe\n  automerge: true\n',
    [
      '3:11 `compat` must be `atlantis`, not "terraform"',
      '4:10 `merge` must be `automatic` or `manual`, not "allways"',
      '5:11 `method` must be `merge`, `squash` or `rebase`, not "fast-forward"',
      '6:21 an item of `extra_arguments` must be `-target`, `-replace` or `-refresh`, not "-destroy"',
      '7:12 `reserve` must be `on-approval` or `on-plan`, not "never"',
      '8:11 `drafts` must be true or false, not "maybe"',
      '9:3 unknown key `automerge` → Did you mean `merge`?',
    ],
  ],
  [
    'pull requests of one environment',
    environment('    pull_requests: {}\n'),
    ['5:5 unknown key `pull_requests` → It is a key of portolan.yaml.'],
  ],
  [
    'a gate that is only true',
    environment('    gate: true\n'),
    ['5:11 `gate` must be a map, not true → Write { approvals: 1 }'],
  ],
  [
    'a word for a number',
    environment('    gate: { approvals: two }\n'),
    ['5:24 `approvals` must be a whole number from 0 to 100, not "two"'],
  ],
  [
    'approvers for no approval',
    environment('    gate: { approvals: 0, from: [team/sre] }\n'),
    [
      '5:27 `from` says who may approve, but `approvals` is 0 → Write approvals: 1, or leave `from` out.',
    ],
  ],
  [
    'a window in a zone that there is not',
    environment('    gate: { window: "Mon-Thu 09:00-16:00 Europe/Lodnon" }\n'),
    [
      '5:21 `window` is in no time zone that there is: `Europe/Lodnon` → Did you mean `Europe/London`?',
    ],
  ],
  [
    'a window without a zone',
    environment('    gate: { window: "Mon-Thu 09:00-16:00" }\n'),
    [
      '5:21 `window` must be days, hours and a time zone, not "Mon-Thu 09:00-16:00" → Write "Mon-Thu 09:00-16:00 Europe/London"',
    ],
  ],
  [
    'a word that is nearly a policy',
    environment('    gate: { destroy: denny }\n'),
    ['5:22 `destroy` must be `allow` or `deny`, not "denny" → Did you mean `deny`?'],
  ],
  [
    'inputs of an unknown component',
    `${environment('    components:\n      bd: { inputs: { x: 1 } }\n')}components:\n  db: { terraform: infra/db }\n`,
    ['6:7 there is no component `bd` → Did you mean `db`?'],
  ],
  [
    'inputs of a component that is not there',
    `${environment('    components:\n      db: { inputs: { x: 1 } }\n')}components:\n  db: { terraform: infra/db, environments: [dev] }\n`,
    [
      '6:7 `db` does not exist in prod, only in dev → Remove this, or add prod to its `environments`.',
    ],
  ],
  [
    'an unknown key of an override',
    `${environment('    components:\n      db: { input: { x: 1 } }\n')}components:\n  db: { terraform: infra/db }\n`,
    ['6:13 unknown key `input` → Did you mean `inputs`?'],
  ],

  // Components.
  [
    'capital letters',
    'version: 1\ncomponents:\n  My API: { run: a }\n',
    [
      '3:3 `My API` cannot be the name of a component → Write `my-api`. A name begins with a small letter; small letters, digits, `_` and `-` follow.',
    ],
  ],
  [
    'no kind',
    'version: 1\ncomponents:\n  db: { inputs: {} }\n',
    [
      '3:3 the component `db` has no kind → Say what it is: `terraform: DIRECTORY` or `run: COMMAND`.',
    ],
  ],
  [
    'nothing',
    'version: 1\ncomponents:\n  db:\n',
    [
      '3:3 the component `db` is empty → Write what it is below its name: `terraform: DIRECTORY` or `run: COMMAND`.',
    ],
  ],
  [
    'two kinds',
    'version: 1\ncomponents:\n  db: { terraform: a, run: b }\n',
    ['3:23 the component `db` is of two kinds, `terraform` and `run` → Make two components of it.'],
  ],
  [
    'a kind of another tool',
    'version: 1\ncomponents:\n  db: { source: a }\n',
    ['3:3 the component `db` has no kind → Write `terraform` in the place of `source`.'],
  ],
  [
    'a kind that is to come',
    'version: 1\ncomponents:\n  api: { helm: ./chart, namespace: shop, version: 1.0.0 }\n',
    [
      '3:10 components of the kind `helm` are not available yet → Until then a `run` component can call helm itself: run: helm upgrade --install …',
    ],
  ],
  [
    'the other kind that is to come',
    'version: 1\ncomponents:\n  crds: { kubernetes: k8s }\n',
    [
      '3:11 components of the kind `kubernetes` are not available yet → Until then a `run` component can call kubectl itself: run: kubectl apply -f …',
    ],
  ],
  [
    'an absolute directory',
    'version: 1\ncomponents:\n  db: { terraform: /srv/db }\n',
    [
      '3:20 `terraform` must be a directory inside the repository, seen from its root, not "/srv/db" → Write it without a leading `/` or `..`: infra/network',
    ],
  ],
  [
    'a directory outside',
    'version: 1\ncomponents:\n  db: { terraform: infra/../../db }\n',
    [
      '3:20 `terraform` must be a directory inside the repository, seen from its root, not "infra/../../db" → Write it without a leading `/` or `..`: infra/network',
    ],
  ],
  [
    'a module of elsewhere',
    'version: 1\ncomponents:\n  db: { terraform: "https://host/a.git" }\n',
    [
      '3:20 `terraform` must be a directory of this repository, or a git:: address, not "https://host/a.git" → Write git::https://host/repository.git//directory?ref=v1.2.0',
    ],
  ],
  [
    'half an address',
    'version: 1\ncomponents:\n  db: { terraform: "git::host" }\n',
    [
      '3:20 `terraform` is no git:: address that can be followed → Write git::https://host/repository.git//directory?ref=v1.2.0',
    ],
  ],
  [
    'a key of the other kind',
    component('    once: true\n'),
    ['5:5 unknown key `once` → Only components of the kind `run` have it.'],
  ],
  [
    'a key of an environment',
    component('    gate: { approvals: 1 }\n'),
    ['5:5 unknown key `gate` → It is a key of an environment.'],
  ],
  [
    'what another tool calls it',
    component('    depends_on: [a]\n'),
    ['5:5 unknown key `depends_on` → It is called `needs` here.'],
  ],
  [
    'a version that is a number',
    component('    terraform_version: 1.10\n'),
    ['5:24 `terraform_version` must be a version in quotes, not 1.10 → Write it in quotes: "1.10"'],
  ],
  [
    'no constraint',
    component('    terraform_version: latest\n'),
    [
      '5:24 `terraform_version` must be a version constraint, not "latest" → Write "~> 1.11", or ">= 1.6, < 2.0"',
    ],
  ],
  [
    'an unknown tool',
    component('    tool: opentofu\n'),
    ['5:11 `tool` must be `terraform` or `tofu`, not "opentofu" → Did you mean `tofu`?'],
  ],
  [
    'an unknown state',
    component('    state: s3\n'),
    ['5:12 `state` must be `managed` or `own`, not "s3"'],
  ],
  [
    'seconds without their letter',
    component('    timeout: 600\n'),
    ['5:14 `timeout` must be a duration, not 600 → Write 10m, 90s or 1h30m'],
  ],
  [
    'no time at all',
    component('    timeout: 0s\n'),
    [
      '5:14 `timeout` must be a duration above zero, and below 24 days, not "0s" → Write 10m, 90s or 1h30m',
    ],
  ],
  [
    'too many retries',
    component('    retry: 11\n'),
    ['5:12 `retry` must be a whole number from 0 to 10, not 11'],
  ],
  [
    'a word for retries',
    component('    retry: often\n'),
    [
      '5:12 `retry` must be a whole number from 0 to 10, or a map with `attempts`, not "often" → Write 2, or { attempts: 2, on: ["connection reset"] }',
    ],
  ],
  [
    'retries on nonsense',
    component('    retry: { attempts: 1, on: ["("] }\n'),
    ['5:32 an item of `on` is no regular expression'],
  ],
  ['retries of nothing', component('    retry: { on: [x] }\n'), ['5:12 `attempts` is missing']],
  [
    'an unknown environment',
    'version: 1\nenvironments: { dev: {} }\ncomponents:\n  db: { run: a, environments: [prod] }\n',
    ['4:32 there is no environment `prod` → There is dev.'],
  ],
  [
    'an environment twice',
    'version: 1\nenvironments: { dev: {} }\ncomponents:\n  db: { run: a, environments: [dev, dev] }\n',
    ['4:37 `dev` is named twice → Remove one of them.'],
  ],
  [
    'in no environment',
    component('    environments: []\n'),
    ['5:19 `environments` is an empty list → Leave it out: then it exists in all of them.'],
  ],
  [
    'a tag with a space',
    component('    tags: [data base]\n'),
    ['5:12 an item of `tags` must be a word without spaces and commas, not "data base"'],
  ],
  [
    'a command that is no map',
    component('    before:\n      - ./check.sh\n'),
    [
      '6:9 an item of `before` must be a map with `run`, not "./check.sh" → Write - run: ./scripts/check.sh',
    ],
  ],
  [
    'a phase that is nearly one',
    component('    after:\n      - run: a\n        on: [aply]\n'),
    [
      '7:14 an item of `on` must be `plan`, `apply` or `destroy`, not "aply" → Did you mean `apply`?',
    ],
  ],
  [
    'a command without a command',
    component('    after:\n      - env: {}\n'),
    ['6:9 `run` is missing'],
  ],
  [
    'a variable that cannot be called so',
    'version: 1\ncomponents:\n  job: { run: a, inputs: { my-var: 1 } }\n',
    [
      '3:28 `my-var` cannot be the name of an environment variable → It is made of letters, digits and `_`, and begins with no digit.',
    ],
  ],
  [
    "one of Portolan's variables",
    'version: 1\ncomponents:\n  job: { run: a, inputs: { PORTOLAN_OUTPUTS: 1 } }\n',
    [
      "3:28 `PORTOLAN_OUTPUTS` cannot be set: PORTOLAN_ begins names of Portolan's own → Choose another name.",
    ],
  ],
  [
    'an output that cannot be called so',
    component('    outputs: { "a b": string }\n'),
    [
      '5:16 `a b` cannot be the name of an output → It is made of letters, digits and `_`, and begins with no digit.',
    ],
  ],
  [
    'an output with a word too many',
    component('    outputs:\n      a: { type: string, secret: true }\n'),
    ['6:26 unknown key `secret` → Known here: type, sensitive.'],
  ],
  [
    'an output without a type',
    component('    outputs:\n      a: { sensitive: true }\n'),
    ['6:10 `type` is missing → Write string, number, list(string), …'],
  ],
  [
    'values of a component as a map',
    component('    values: { size: 1 }\n'),
    [
      '5:13 `values` must be a list, not a map → Write [db/common.yaml]; single values belong into `inputs`',
    ],
  ],
  [
    'a file outside',
    component('    values: [/etc/passwd]\n'),
    [
      '5:14 an item of `values` must be a path from the root of the repository, inside it, not "/etc/passwd" → Write it without a leading `/` or `..`: infra/network',
    ],
  ],
  ['an empty command', 'version: 1\ncomponents:\n  job: { run: "  " }\n', ['3:15 `run` is empty']],
]

test.each(cases)('%s', async (_name, text, problems) => {
  expect(await problemsOf(text)).toEqual(problems)
})

test('everything is told at once: names, edges and expressions too', async () => {
  const text = `version: 1
environments: { dev: { aftr: x } }
components:
  db:
    terraform: infra/db
    tiemout: 5m
    needs: [netwrok]
    inputs:
      size: \${{ vlaues.size }}
    outputs: { host: strng }
  network: { terraform: infra/network, protect: 1 }
`
  const found = await problemsOf(text)
  expect(found.map((one) => one.split(' ', 1)[0])).toEqual([
    '2:24',
    '6:5',
    '7:13',
    '9:17',
    '10:16',
    '11:49',
  ])
})

test('what is told of a component is not told again of those that refer to it', async () => {
  const text = `version: 1
components:
  network: { terrafrom: infra/network, outputs: { id: string } }
  chart: { helm: x, outputs: { host: string } }
  odd: { run: a, outputs: { id: 5, name: { typ: string } } }
  db:
    terraform: infra/db
    needs: [network]
    inputs:
      a: \${{ outputs.network.id }}
      b: \${{ outputs.chart.host }}
      c: \${{ outputs.odd.id + outputs.odd.name }}
`
  const found = await problemsOf(text)
  expect(found.map((one) => one.split(' → ', 1)[0])).toEqual([
    '3:3 the component `network` has no kind',
    '4:12 components of the kind `helm` are not available yet',
    '5:33 `id` must be a type, or a map with `type`, not 5',
    '5:42 `type` is missing',
    '5:44 unknown key `typ`',
  ])
})
