import { rm } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { aRepository, type Repository } from '../../../test/support/repository.ts'
import { affected } from '../affected/affected-service.ts'
import { buildGraph } from '../graph/index.ts'
import { findByAtlantis, isForBranch, loadManifest, type Manifest } from '../index.ts'
import { branchPattern } from './branch-pattern.ts'
import { globMatcher, orderedMatcher } from './glob.ts'

let repository: Repository | undefined
afterEach(async () => {
  await repository?.dispose()
  repository = undefined
})

function isList(value: object): value is readonly string[] {
  return Array.isArray(value)
}

async function read(
  atlantis: string,
  directories: readonly string[] | Readonly<Record<string, string>>,
): Promise<Manifest> {
  const files = isList(directories)
    ? Object.fromEntries(directories.map((one) => [path.posix.join(one, 'main.tf'), '']))
    : directories
  repository = await aRepository({ 'atlantis.yaml': `version: 3\n${atlantis}`, ...files })
  return loadManifest(repository.root, { env: repository.env })
}

function component(manifest: Manifest, name: string) {
  const found = manifest.components.get(name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}

const expression = '$' + '{{ env.name }}'

// From https://www.runatlantis.io/docs/repo-level-atlantis-yaml and /docs/custom-workflows.
describe('a documented example', () => {
  test.each([
    ['one directory', 'projects:\n- dir: project1\n', ['project1'], ['project1@default']],
    [
      'workspaces of one directory',
      'projects:\n- dir: project1\n  workspace: staging\n- dir: project1\n  workspace: production\n',
      ['project1'],
      ['project1@staging', 'project1@production'],
    ],
    [
      'projects of one directory with names',
      'projects:\n- { name: project1-staging, dir: project1, workflow: staging }\n- { name: project1-production, dir: project1, workflow: production }\nworkflows: { staging: {}, production: {} }\n',
      ['project1'],
      ['project1-staging@default', 'project1-production@default'],
    ],
    [
      'projects that need others',
      'projects:\n- { name: project2, dir: project2, depends_on: [project1] }\n- { name: project1, dir: project1 }\n',
      ['project1', 'project2'],
      ['project1@default', 'project2@default'],
    ],
    [
      'order by groups',
      'projects:\n- { dir: project1, execution_order_group: 2 }\n- { dir: project2, execution_order_group: 1 }\n- { dir: project3, execution_order_group: -1 }\n',
      ['project1', 'project2', 'project3'],
      ['project3@default', 'project2@default', 'project1@default'],
    ],
    [
      'a glob',
      'projects:\n- dir: "apps/*"\n',
      ['apps/a', 'apps/b', 'apps/c/deep', 'other'],
      ['apps/a@default', 'apps/b@default'],
    ],
    [
      'nothing: everything is found',
      'automerge: true\n',
      ['a', 'b/c'],
      ['a@default', 'b/c@default'],
    ],
    ['the root', 'projects:\n- dir: .\n', ['.'], ['root@default']],
    [
      'found ones beside named ones',
      'autodiscover: { mode: enabled, ignore_paths: ["old/**"] }\nprojects:\n- { name: one, dir: a }\n',
      ['a', 'b', 'old/x'],
      ['one@default', 'b@default'],
    ],
    ['no found ones', 'autodiscover: { mode: disabled }\n', ['a'], []],
    [
      'different settings of the workspaces of one directory',
      'projects:\n- { dir: a, workspace: dev }\n- { dir: a, workspace: prod, terraform_version: 1.5.7 }\n',
      ['a'],
      ['a:dev@dev', 'a:prod@prod'],
    ],
  ])('of %s', async (_name, atlantis, directories, workspaces) => {
    const manifest = await read(atlantis, directories)
    expect(manifest.source).toBe('atlantis')
    expect(buildGraph(manifest).order).toEqual(workspaces)
  })

  test('of all keys says the same as a manifest', async () => {
    const manifest = await read(
      `automerge: true
abort_on_execution_order_fail: true
projects:
- name: my-project-name
  branch: /main/
  dir: ./my/
  workspace: dev
  terraform_distribution: opentofu
  terraform_version: v0.11.0
  repo_locks: { mode: on_apply }
  autoplan:
    when_modified: ["*.tf", "../modules/**/*.tf", "../shared", "!skip.tf"]
    enabled: false
  plan_requirements: [mergeable]
  apply_requirements: [mergeable, approved, undiverged]
  workflow: myworkflow
workflows:
  myworkflow:
    plan:
      steps:
      - env: { name: STAGE, value: 1 }
      - env: { name: WHO, command: whoami }
      - multienv: echo A=1
      - run: my-custom-command arg1 arg2
      - init
      - plan: { extra_args: ["-lock=false", "-var-file", "$WORKSPACE.tfvars"] }
      - run: { command: my-custom-command, output: hide }
    apply:
      steps: [{ run: echo hi }, apply]
`.replace('value: 1 }', 'value: one }'),
      ['my'],
    )
    expect(manifest.pullRequests).toMatchObject({
      compat: 'atlantis',
      merge: 'automatic',
      reserve: 'on-approval',
      drafts: false,
      failFast: true,
    })
    const found = component(manifest, 'my-project-name')
    expect(found).toMatchObject({
      main: { value: 'my' },
      environments: ['dev'],
      requirements: ['approved', 'mergeable', 'undiverged'],
      planRequirements: ['mergeable'],
      watch: ['modules/**/*.tf', 'shared', 'shared/**'],
      terraform: {
        tool: 'tofu',
        terraformVersion: '0.11.0',
        workspace: { value: 'dev' },
        state: 'managed',
        varFiles: [{ value: 'my/env/dev.tfvars?' }],
      },
      workflow: {
        plan: [
          { is: 'env', name: 'STAGE', value: 'one' },
          { is: 'env-command', name: 'WHO', command: 'whoami' },
          { is: 'multienv', command: 'echo A=1' },
          { is: 'run', command: 'my-custom-command arg1 arg2', isHidden: false },
          { is: 'init', arguments: [] },
          { is: 'plan', arguments: ['-lock=false', '-var-file', '$WORKSPACE.tfvars'] },
          { is: 'run', command: 'my-custom-command', isHidden: true },
        ],
        apply: [
          { is: 'run', command: 'echo hi', isHidden: false },
          { is: 'apply', arguments: [] },
        ],
      },
      atlantis: {
        name: 'my-project-name',
        directory: 'my',
        whenModified: ['my/*.tf', 'modules/**/*.tf', 'shared', '!my/skip.tf'],
        isAutomatic: false,
        branch: 'main',
      },
    })
    expect(manifest.notes).toEqual([])
    expect([isForBranch(found, 'main'), isForBranch(found, 'dev')]).toEqual([true, false])
  })

  test('of workspaces plans each with its own files of variables', async () => {
    const manifest = await read(
      'projects:\n- { dir: a, workspace: dev }\n- { dir: a, workspace: prod }\n',
      ['a'],
    )
    expect(component(manifest, 'a').terraform).toMatchObject({
      workspace: { value: expression },
      varFiles: [{ value: `a/env/${expression}.tfvars?` }],
    })
  })
})

describe('a state', () => {
  test.each([
    ['', 'managed'],
    ['terraform {\n  backend "local" {}\n}\n', 'managed'],
    ['terraform {\n  backend "local" {\n    path = "x.tfstate"\n  }\n}\n', 'managed'],
    ['terraform {\n  backend "local" {\n    path = "/srv/x.tfstate"\n  }\n}\n', 'own'],
    ['terraform {\n  backend "s3" {}\n}\n', 'own'],
    ['terraform {\n  cloud {}\n}\n', 'own'],
  ])('of a module with %j is %s', async (text, state) => {
    const manifest = await read('projects: [{ dir: a }]\n', { 'a/main.tf': text })
    expect(component(manifest, 'a').terraform?.state).toBe(state)
  })
})

describe('what is affected', () => {
  const names = async (ref = 'HEAD') => {
    if (repository === undefined) throw new Error('nothing was read')
    const { root, env } = repository
    const cacheDirectory = path.join(root, '.git', 'cache')
    const input = { root, ref, manifest: undefined, env }
    const found = await affected({ ...input, cacheDirectory })
    expect(await affected({ ...input, cacheDirectory })).toEqual(found)
    expect(await affected({ ...input, cacheDirectory: undefined })).toEqual(found)
    return [...found.workspaces].map(([name, reasons]) => `${name}: ${reasons.join('; ')}`)
  }
  const change = (files: Readonly<Record<string, string>>) => repository?.write(files)

  test('follows `when_modified` and nothing else', async () => {
    await read(
      'projects:\n- { dir: a, autoplan: { when_modified: ["*.tf", "../shared", "!skip.tf"] } }\n- { dir: b }\n',
      { 'a/main.tf': 'module "m" {\n  source = "../m"\n}\n', 'b/main.tf': '', 'm/main.tf': '' },
    )
    await change({ 'a/README.md': 'x', 'a/skip.tf': '', 'm/more.tf': '', 'a/deep/x.tf': '' })
    expect(await names()).toEqual([])
    await change({ 'shared/deep/x.json': '{}' })
    expect(await names()).toEqual(['a@default: shared/deep/x.json changed'])
    await change({ 'a/more.tf': '' })
    expect(await names()).toEqual(['a@default: a/more.tf and 1 more changed'])
  })

  test('is by default what holds configuration, and local modules', async () => {
    await read('projects:\n- { dir: a, workspace: dev }\n- { dir: a, workspace: prod }\n', {
      'a/main.tf': 'module "m" {\n  source = "../m"\n}\n',
      'm/main.tf': '',
    })
    await change({ 'a/README.md': 'x', 'other/main.tf': '' })
    expect(await names()).toEqual([])
    await change({ 'a/env/dev.tfvars': '' })
    expect(await names()).toEqual(
      ['dev', 'prod'].map((one) => `a@${one}: a/env/dev.tfvars changed`),
    )
    await rm(path.join(repository?.root ?? '', 'a/env'), { recursive: true })
    await change({ 'm/more.tf': '' })
    expect(await names()).toEqual(
      ['dev', 'prod'].map((one) => `a@${one}: module m changed (m/more.tf)`),
    )
  })

  test('is never what is not planned by itself', async () => {
    await read('projects:\n- { dir: a, autoplan: { enabled: false } }\n', ['a'])
    await change({ 'a/main.tf': '# other\n' })
    expect(await names()).toEqual([])
    await change({ 'atlantis.yaml': 'version: 3\nprojects:\n- { dir: a, workspace: dev }\n' })
    expect(await names()).toEqual(['a@dev: new environment dev; a/main.tf changed'])
  })

  test('is what is written otherwise, or meant newly', async () => {
    await read('projects:\n- dir: "a/*"\n', ['a/x', 'a/y'])
    await change({ 'a/z/main.tf': '' })
    expect(await names()).toEqual(['a/z@default: new component; a/z/main.tf changed'])
    await change({
      'atlantis.yaml':
        'version: 3\nprojects:\n- { dir: "a/*", workflow: own }\nworkflows: { own: { plan: { steps: [plan, { run: x }] } } }\n',
    })
    expect(await names()).toEqual([
      'a/x@default: its workflow changed',
      'a/y@default: its workflow changed',
      'a/z@default: new component; a/z/main.tf changed',
    ])
  })
})

describe('a wrong file', () => {
  test.each([
    ['projects: [{}]\n', '2:12: `dir` is missing'],
    [
      'projects: [{ dir: ../x }]\n',
      '2:19: `dir` must be a directory of the repository, not "../x"',
    ],
    [
      'projects: [{ dir: a, workspace: "a b" }]\n',
      '2:33: no environment can be called as the workspace "a b"',
    ],
    [
      'projects: [{ dir: a }, { dir: ./a/ }]\n',
      '2:31: there is a project a in the workspace default already, at atlantis.yaml:2:12',
    ],
    [
      'projects: [{ dir: a, name: x }, { dir: b, name: x }]\n',
      '2:49: there is a project `x` already, at atlantis.yaml:2:12',
    ],
    [
      'projects: [{ dir: "*", name: x }]\n',
      '2:30: `name` cannot stand beside a `dir` that is a glob: it means several projects',
    ],
    [
      'projects: [{ dir: a, branch: main }]\n',
      '2:30: `branch` must be a pattern between slashes, not "main"',
    ],
    ['projects: [{ dir: a, branch: "/(a/" }]\n', '2:30: `branch`: a `(` is not closed'],
    [
      'projects: [{ dir: a, branch: "/(?i)a/" }]\n',
      '2:30: `branch`: a group that begins with `(?` cannot be matched here',
    ],
    ['projects: [{ dir: a, depends_on: [b] }]\n', '2:35: there is no project with the name `b`'],
    ['projects: [{ dir: a, workflow: own }]\n', '2:32: there is no workflow `own` in this file'],
    [
      'projects: [{ dir: a, apply_requirements: [sunshine] }]\n',
      '2:43: an item of `apply_requirements` must be `approved`, `mergeable` or `undiverged`, not "sunshine"',
    ],
    [
      'projects: [{ dir: a, terraform_version: newest }]\n',
      '2:41: `terraform_version` must be a version, not "newest"',
    ],
    [
      'projects:\n- { name: a, dir: a, depends_on: [b] }\n- { name: b, dir: b, execution_order_group: 1 }\n',
      '3:35: it depends on `b`, whose `execution_order_group` 1 comes after 0',
    ],
    [
      'workflows: { w: { plan: { steps: [init, { run: terragrunt plan -out $PLANFILE }] } } }\n',
      '2:27: the steps of `plan` have no `plan` step',
    ],
    [
      'workflows: { w: { plan: { steps: [plan, nothing] } } }\n',
      '2:41: there is no step `nothing` for `plan`',
    ],
    [
      'workflows: { w: { plan: { steps: [{ plan: { extra_args: [-out=x] } }] } } }\n',
      '2:57: the argument -out is refused: where the state and the plan are is not for an argument to say',
    ],
    [
      'workflows: { w: { plan: { steps: [{ plan: { extra_args: [-chdir=x] } }] } } }\n',
      '2:57: the argument -chdir is refused: where the state and the plan are is not for an argument to say',
    ],
    [
      'workflows: { w: { plan: { steps: [plan, { env: { name: TF_WORKSPACE, value: x } }] } } }\n',
      '2:48: `TF_WORKSPACE` cannot be set: Portolan sets it',
    ],
    [
      'workflows: { w: { plan: { steps: [plan, { run: { command: x, shell: bash } }] } } }\n',
      '2:69: commands are run by `sh` only',
    ],
  ])('%j: %s', async (atlantis, told) => {
    const error = await read(atlantis, ['a', 'b']).catch((one: unknown) => one)
    expect(error).toMatchObject({ code: 'invalid' })
    expect(String(error)).toContain(`atlantis.yaml:${told}`)
  })

  test('is told with all its faults at once', async () => {
    const error = await read('automerge: maybe\nprojects: [{}, { dir: a, workspace: 7 }]\n', [
      'a',
    ]).catch((one: unknown) => one)
    expect(error).toMatchObject({
      details: { problems: [expect.anything(), expect.anything(), expect.anything()] },
    })
  })

  test.each([['version: 2\n'], ['projects: []\n'], ['']])(
    'of another version: %j',
    async (text) => {
      repository = await aRepository({ 'atlantis.yaml': text })
      await expect(loadManifest(repository.root, { env: repository.env })).rejects.toMatchObject({
        message: expect.stringContaining('`version`'),
      })
    },
  )
})

test('what does not count is told and stops nothing', async () => {
  const manifest = await read(
    'delete_source_branch_on_merge: true\nsunshine: 1\nprojects:\n- { dir: a, policy_check: true, rain: 2 }\n- { dir: gone }\n',
    ['a'],
  )
  expect([...manifest.components.keys()]).toEqual(['a'])
  expect(manifest.notes?.map(({ message }) => message)).toEqual([
    'unknown key `sunshine`',
    'unknown key `rain`',
    '`a`: `policy_check` does nothing here',
    '`delete_source_branch_on_merge` does nothing here',
    'there is no configuration of Terraform in gone',
  ])
})

test('a portolan.yaml counts alone', async () => {
  const manifest = await read('projects: [{ dir: a }]\n', {
    'a/main.tf': '',
    'portolan.yaml': 'version: 1\ncomponents: { one: { terraform: a } }\n',
  })
  expect([manifest.source, ...manifest.components.keys()]).toEqual(['file', 'one'])
})

describe("Atlantis's selectors", () => {
  const file = `projects:
- { dir: a, workspace: default }
- { dir: a, workspace: prod }
- { name: infra/b, dir: b, workspace: prod }
- { name: root-dev, dir: . }
`
  test.each([
    [{ project: 'infra/b' }, ['infra/b@prod']],
    [{ project: 'a' }, []],
    [{ project: 'infra' }, []],
    [{ project: 'infra/b', directory: 'a' }, []],
    [{ directory: 'a' }, ['a@default']],
    [{ directory: './a/' }, ['a@default']],
    [{ directory: 'a', terraformWorkspace: 'prod' }, ['a@prod']],
    [{ directory: 'a', terraformWorkspace: 'none' }, []],
    [{ directory: 'b' }, ['infra/b@prod']],
    [{ directory: '*', terraformWorkspace: 'prod' }, ['a@prod', 'infra/b@prod']],
    [{ directory: '{a,b}' }, ['a@default', 'infra/b@prod']],
    [{ directory: 'c' }, []],
    [{ terraformWorkspace: 'default' }, ['root-dev@default']],
    [{ terraformWorkspace: 'prod' }, []],
    [{ directory: '.' }, ['root-dev@default']],
    [{}, []],
  ])('%j', async (wish, found) => {
    expect(findByAtlantis(await read(file, ['a', 'b', '.']), wish)).toEqual(found)
  })

  test('find what a portolan.yaml says, too', async () => {
    repository = await aRepository({
      'portolan.yaml': `version: 1
environments: { dev: {}, prod: {} }
components:
  db: { terraform: infra/db }
  web: { terraform: infra/web, workspace: "web-${expression}" }
  job: { run: echo }
`,
    })
    const manifest = await loadManifest(repository.root)
    const find = (wish: Parameters<typeof findByAtlantis>[1]) => findByAtlantis(manifest, wish)
    expect(find({ project: 'db' })).toEqual(['db@dev', 'db@prod'])
    expect(find({ directory: 'infra/db' })).toEqual(['db@dev', 'db@prod'])
    expect(find({ directory: 'infra/*', terraformWorkspace: 'prod' })).toEqual([
      'db@prod',
      'web@prod',
    ])
    expect(find({ directory: 'infra/web' })).toEqual(['web@dev', 'web@prod'])
  })
})

describe('patterns', () => {
  test.each([
    ['main', ['main', 'domain'], ['master']],
    ['^(main|release/.*)$', ['main', 'release/1'], ['mainly', 'x/main']],
    ['^v\\d+\\.\\d{1,2}$', ['v1.2', 'v10.22'], ['v1.', 'v1.222', 'v1x2']],
    ['^[a-c_]+?[^0-9]$', ['ab-', 'a_b'], ['1', 'abc1', 'x']],
    ['a?b*', ['', 'zzz'], []],
    ['^(?:x{2}|y{2,})$', ['xx', 'yy', 'yyyy'], ['x', 'xxx', 'y']],
  ])('%s of branches', (source, fitting, others) => {
    const matcher = branchPattern(source)
    expect(fitting.filter((one) => !matcher.matches(one))).toEqual([])
    expect(others.filter((one) => matcher.matches(one))).toEqual([])
    for (const one of [...fitting, ...others]) {
      expect(new RegExp(source).test(one), one).toBe(matcher.matches(one))
    }
  })

  test('of an attacker take no longer than others', () => {
    expect(branchPattern('^(a+)+(a*)*$').matches(`${'a'.repeat(5000)}b`)).toBe(false)
    expect(globMatcher('*a'.repeat(50)).matches('a'.repeat(2000))).toBe(true)
  })

  test.each([
    ['*.tf', ['a.tf'], ['b/a.tf', 'a.tfvars']],
    ['**/*.tf*', ['a.tf', 'b/c/a.tfvars'], ['a.json']],
    ['a/**', ['a/b', 'a/b/c'], ['b/a']],
    ['a/**/b', ['a/b', 'a/x/y/b'], ['a/xb']],
    ['[ab]?.tf', ['ax.tf', 'bb.tf'], ['cx.tf', 'a.tf']],
    ['[!a]', ['b'], ['a', '/']],
    ['\\*', ['*'], ['a']],
    ['[', [], ['[']],
  ])('%s of files', (glob, fitting, others) => {
    const matcher = globMatcher(glob)
    expect(fitting.filter((one) => !matcher.matches(one))).toEqual([])
    expect(others.filter((one) => matcher.matches(one))).toEqual([])
  })

  test('of files count in order, and those of a directory for all in it', () => {
    const matcher = orderedMatcher(['a', '!a/x', 'a/x/y.tf', '!**/*.md'])
    const files = ['a/b/c', 'a/x/z', 'a/x/y.tf', 'a/b.md', 'b']
    expect(files.filter((one) => matcher.matches(one))).toEqual(['a/b/c', 'a/x/y.tf'])
  })
})
