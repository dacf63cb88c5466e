import { expect, test } from 'vitest'
import { checkVariable } from './name.ts'
import type { VariableIdentity } from './variable.ts'

const check = (change: Partial<VariableIdentity>, value = 'x') =>
  checkVariable({ kind: 'environment', name: 'TOKEN', phase: 'both', ...change }, value)

test.for([
  ['TF_CLI_ARGS', 'how Portolan runs Terraform'],
  ['TF_CLI_ARGS_plan', 'how Portolan runs Terraform'],
  ['TF_DATA_DIR', 'where the state lies'],
  ['TF_WORKSPACE', 'where the state lies'],
  ['TF_HTTP_ADDRESS', 'where the state lies'],
  ['TF_HTTP_LOCK_ADDRESS', 'where the state lies'],
  ['TF_CLI_CONFIG_FILE', 'other providers'],
  ['TF_REATTACH_PROVIDERS', 'other providers'],
  ['TF_LOG_PATH', 'beside the run'],
  ['SSLKEYLOGFILE', 'beside the run'],
  ['TOFU_CLI_CONFIG_FILE', 'other providers'],
  ['TF_STATE_PERSIST_INTERVAL', 'how Portolan runs Terraform'],
  ['TF_VAR_size', 'in disguise'],
  ['PORTOLAN_COMPONENT', "Portolan's own"],
  ['PATH', 'its own home'],
  ['HOME', 'its own home'],
  ['XDG_CONFIG_HOME', 'its own home'],
  ['LD_PRELOAD', 'other code'],
  ['DYLD_INSERT_LIBRARIES', 'other code'],
  ['NODE_OPTIONS', 'other code'],
  ['PYTHONPATH', 'other code'],
  ['BASH_ENV', 'what the shell runs'],
  ['BASH_FUNC_ls', 'what the shell runs'],
  ['ENV', 'what the shell runs'],
  ['GIT_SSH_COMMAND', 'which program is run'],
  ['GIT_CONFIG_COUNT', 'which program is run'],
] as const)('%s is refused, with the reason', ([name, why]) => {
  expect(() => check({ name })).toThrow(why)
})

test.for([
  'AWS_SECRET_ACCESS_KEY',
  'TF_TOKEN_app_terraform_io',
  'TF_HTTP_PASSWORD',
  'TF_LOG',
  'GITHUB_TOKEN',
  'HTTPS_PROXY',
  'no_proxy',
  'GOOGLE_CREDENTIALS',
  'KUBECONFIG',
  'NODE_EXTRA_CA_CERTS',
  'MY_PATH',
  'ENVIRONMENT',
])('%s is a credential or a setting like any other', (name) => {
  expect(() => check({ name })).not.toThrow()
})

test('a Terraform variable may have any name that Terraform takes', () => {
  for (const name of ['size', 'db-password', 'größe', 'PATH', '_x']) {
    expect(() => check({ kind: 'terraform', name })).not.toThrow()
  }
  for (const name of ['', '1st', 'a b', 'a.b', 'a\n']) {
    expect(() => check({ kind: 'terraform', name }), name).toThrow('no name')
  }
})

test('what no program could be given is refused before it is kept', () => {
  for (const name of ['', 'A-B', '1A', 'A=B', 'A B', 'A\n']) {
    expect(() => check({ name }), name).toThrow('no name')
  }
  expect(() => check({}, 'a\0b')).toThrow('NUL')
  expect(() => check({}, '€'.repeat(50_000))).toThrow('128 KiB')
  expect(() => check({ environment: '' })).toThrow('no name of an environment')
  expect(() => check({ environment: 'a/b' })).toThrow('no name of an environment')
  expect(() => check({ component: 'db@prod' })).toThrow('no name of a component')
  expect(() => check({ component: 'teams/a b', environment: 'eu.prod' })).not.toThrow()
})
