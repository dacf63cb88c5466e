import { echoModule } from '../changes/platform.ts'
import { gated } from '../cli/platforms.ts'

/** What is done on both sides, one after the other. */
export type Step =
  | { readonly run: string; readonly exits?: number; readonly input?: string }
  | { readonly write: Readonly<Record<string, string>> }
  /** A file beside the repository: the world that jobs see. */
  | { readonly outside: string }
  | { readonly commit: string }
  | { readonly git: string }

export interface Case {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
}

const ok = (run: string): Step => ({ run, exits: 0 })
const waits = (run: string): Step => ({ run, exits: 3 })
const fails = (run: string): Step => ({ run, exits: 1 })

const jobs = { 'portolan.yaml': gated, '.gitignore': '*.tfvars\n' }

/** Two root modules, the second reads the first; prod has a gate. */
const modules = {
  'portolan.yaml': `version: 1
project: shop
values: { size: 1 }
environments:
  dev: {}
  prod: { after: dev, gate: { approvals: 1 }, values: { size: 3 } }
components:
  network: { terraform: infra/network, inputs: { size: "\${{ values.size }}" } }
  db: { terraform: infra/db, inputs: { network: "\${{ outputs.network.size }}" } }
`,
  'infra/network/main.tf': `${echoModule('size')}
variable "password" {
  type      = string
  sensitive = true
  default   = "correct horse battery staple"
}
output "password" {
  value     = var.password
  sensitive = true
}
output "large" { value = 12345678901234567890 }
`,
  'infra/db/main.tf': echoModule('network'),
}

const failing = {
  'portolan.yaml': gated.replace(
    'run: echo "id',
    'run: test -e $OUTSIDE/ok || { echo "no ok" >&2; exit 1; }; echo "id',
  ),
}

export const cases: readonly Case[] = [
  {
    name: 'what only reads the manifest: list, graph, affected, explain, validate',
    files: jobs,
    steps: [
      ok('list'),
      ok('list --json'),
      ok('graph'),
      ok('affected'),
      ok('explain app@dev'),
      ok('validate'),
      { write: { 'portolan.yaml': gated.replace('echo extra', 'echo more') } },
      ok('affected --why'),
    ],
  },
  {
    name: 'plan, apply as far as gates allow, approve, resume',
    files: jobs,
    steps: [
      ok('plan'),
      ok('status change-1'),
      waits('apply change-1'),
      ok('apply change-1 -e dev --auto-approve'),
      waits('apply change-1 --auto-approve'),
      ok('approve change-1 -e prod --yes'),
      waits('resume'),
      ok('approve change-1 app@prod --yes'),
      ok('resume change-1'),
      fails('resume'),
      ok('history'),
      ok('status'),
      ok('logs app@prod'),
      ok('history app@prod'),
    ],
  },
  {
    name: 'exit codes on demand; nothing to do; nothing affected',
    files: jobs,
    steps: [
      { run: 'plan -e dev -detailed-exitcode', exits: 2 },
      { run: 'apply -e dev --auto-approve -detailed-exitcode', exits: 2 },
      ok('apply -e dev --auto-approve -detailed-exitcode'),
      ok('plan --affected'),
      fails('plan nothing@dev'),
      fails('apply change-9'),
      fails('status change-9'),
      fails('logs run-99'),
    ],
  },
  {
    name: 'a failure blocks what needs it and nothing else; resume goes on',
    files: failing,
    steps: [
      fails('apply -e dev --auto-approve'),
      ok('status change-1'),
      ok('status'),
      { outside: 'ok' },
      ok('resume --auto-approve'),
      ok('status change-1'),
    ],
  },
  {
    name: 'only what a commit affects',
    files: jobs,
    steps: [
      ok('apply -e dev --auto-approve'),
      { write: { 'portolan.yaml': gated.replace('echo extra', 'echo more') } },
      { commit: 'More' },
      ok('plan --affected=HEAD~1 -e dev'),
      ok('status change-2 --json'),
      ok('status'),
    ],
  },
  {
    name: 'uncommitted changes, new files too',
    files: modules,
    steps: [
      ok('apply -e dev --auto-approve'),
      {
        write: {
          'infra/network/more.tf': 'output "more" { value = "more" }\n',
          'portolan.yaml': modules['portolan.yaml'].replace('size: 1', 'size: 2'),
        },
      },
      ok('apply -e dev --auto-approve'),
      ok('outputs network@dev'),
      ok('status change-2'),
      { git: 'status --porcelain' },
      { git: 'log --format=%s --all' },
    ],
  },
  {
    name: 'an environment that takes only what is committed',
    files: {
      'portolan.yaml': gated.replace('approvals: 1', 'approvals: 1, dirty: deny'),
    },
    steps: [
      { write: { 'more.txt': 'more' } },
      fails('plan'),
      ok('plan -e dev'),
      { commit: 'More' },
      ok('plan'),
    ],
  },
  {
    name: 'states: history, show, diff, rollback, outputs, pull, push',
    files: modules,
    steps: [
      ok('apply -e dev --auto-approve'),
      { write: { 'portolan.yaml': modules['portolan.yaml'].replace('size: 1', 'size: 2') } },
      { commit: 'Larger' },
      ok('apply -e dev --auto-approve'),
      ok('state history network@dev'),
      ok('state ls -c network -e dev'),
      ok('state ls -c network -e dev --json'),
      ok('state show terraform_data.size -c network -e dev'),
      ok('state show terraform_data.size -c network -e dev --json'),
      fails('state show terraform_data.other -c network -e dev'),
      ok('state diff -c network -e dev'),
      ok('state diff 1 2 -c network -e dev --json'),
      ok('outputs network@dev'),
      ok('outputs network@dev --json'),
      ok('outputs network@dev size'),
      ok('outputs network@dev large'),
      ok('outputs --raw network@dev password'),
      ok('outputs network@dev --show-sensitive'),
      fails('outputs network@dev nothing'),
      ok('outputs network@dev --env'),
      fails('state rollback 1 -c network -e dev'),
      { run: 'state rollback 1 -c network -e dev --reason again', exits: 0 },
      ok('state history network@dev'),
      ok('outputs network@dev size'),
      ok('state pull 1 -c network -e dev'),
      ok('status network@dev'),
      ok('state rescue -c network -e dev'),
      fails('state history network@prod'),
    ],
  },
  {
    name: 'locks',
    files: modules,
    steps: [
      ok('apply -e dev --auto-approve'),
      ok('lock network@dev --reason why'),
      fails('lock network@dev'),
      ok('status network@dev'),
      ok('status'),
      fails('unlock other-id -c network -e dev'),
      ok('unlock network@dev'),
      ok('unlock network@dev'),
      ok('lock network@dev'),
      { run: 'unlock network@dev --force --reason gone', exits: 0 },
      fails('lock nothing@nowhere'),
    ],
  },
  {
    name: 'cancel',
    files: jobs,
    steps: [
      ok('plan -e dev'),
      ok('cancel change-1'),
      fails('apply change-1 --auto-approve'),
      fails('cancel change-1'),
      ok('status change-1'),
      ok('plan -e dev'),
      ok('cancel run-4'),
      fails('cancel run-4'),
      ok('history'),
    ],
  },
  {
    name: 'the end of what is protected needs a reason',
    files: {
      ...modules,
      'portolan.yaml': modules['portolan.yaml'].replace(
        'db: { terraform',
        'db: { protect: true, terraform',
      ),
    },
    steps: [
      ok('apply -e dev --auto-approve'),
      fails('destroy'),
      fails('destroy network@dev --auto-approve'),
      waits('destroy -e dev --auto-approve'),
      // Nobody overrides a protection for themselves.
      waits('resume --auto-approve --override over'),
      ok('cancel change-2'),
      ok('status'),
    ],
  },
  {
    name: 'rename, and what the manifest has no longer',
    files: jobs,
    steps: [
      ok('apply -e dev --auto-approve'),
      {
        write: {
          'portolan.yaml': gated.replace('  extra:', '  other:'),
        },
      },
      { commit: 'Another name' },
      ok('status'),
      ok('rename extra@dev other@dev'),
      fails('rename extra@dev other@dev'),
      ok('status'),
      ok('history other@dev'),
    ],
  },
  {
    name: 'tokens and variables',
    files: jobs,
    steps: [
      ok('token create ci --permission state:read'),
      fails('token create ci'),
      ok('token revoke ci'),
      fails('token revoke nothing'),
      ok('plan -e dev'),
      ok('variable list'),
      { run: 'variable set REGION -e dev', input: 'eu-west-1', exits: 0 },
      ok('variable list'),
      ok('variable list app@dev'),
      fails('variable remove REGION'),
      ok('variable remove REGION -e dev'),
    ],
  },
  {
    name: 'a root module without a manifest',
    files: { 'main.tf': echoModule('size').replace('type = any', 'default = 1') },
    steps: [ok('plan'), ok('apply run-1'), ok('outputs'), ok('plan'), ok('status'), ok('history')],
  },
]
