import { createServer } from 'node:http'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { because, type Platform, results, test } from './platform.ts'

const module = (name: string, rest = '') => `
variable "size" { default = "none" }
variable "stage" { default = "none" }
resource "terraform_data" "${name}" { input = "\${terraform.workspace}-\${var.size}-\${var.stage}" }
output "${name}" { value = terraform_data.${name}.output }
${rest}`

/** What is in the state of a workspace, as its only output says. */
async function outputOf(platform: Platform, name: string): Promise<unknown> {
  const [component = '', environment = ''] = name.split('@')
  const { context } = platform
  const workspace = await context.projects.findWorkspace('shop', component, environment)
  const state = workspace && (await context.state.currentBytes(workspace.id))
  if (state === undefined) throw new Error(`${name} has no state`)
  const { outputs } = JSON.parse(state.bytes.toString('utf8'))
  return Object.values<{ readonly value: unknown }>(outputs)[0]?.value
}

describe('a repository with an atlantis.yaml alone', () => {
  test('is planned and applied in order, each workspace with its files of variables', async ({
    platform,
  }) => {
    await platform.write({
      'atlantis.yaml': `version: 3
projects:
- { name: web, dir: web, depends_on: [db] }
- { dir: net, workspace: dev, execution_order_group: -1 }
- { dir: net, workspace: prod, execution_order_group: -1 }
- { name: db, dir: db }
`,
      'net/main.tf': module('net'),
      'net/env/dev.tfvars': 'size = "small"\n',
      'net/env/prod.tfvars': 'size = "large"\n',
      'db/main.tf': module('db'),
      'web/main.tf': module('web'),
    })
    const done = await platform.deploy()
    expect(results(done)).toEqual({
      'net@dev': 'applied',
      'net@prod': 'applied',
      'db@default': 'applied',
      'web@default': 'applied',
    })
    expect(await outputOf(platform, 'net@dev')).toBe('dev-small-none')
    expect(await outputOf(platform, 'net@prod')).toBe('prod-large-none')
    const order = platform.events.flatMap((event) =>
      event.event === 'workspace' && event.result === 'applied' ? [event.workspace] : [],
    )
    expect(order.slice(0, 2).sort()).toEqual(['net@dev', 'net@prod'])
    expect(order.slice(2)).toEqual(['db@default', 'web@default'])
  })

  test('wants nothing applied that the change does not touch', async ({ platform }) => {
    await platform.write({
      'atlantis.yaml':
        'version: 3\nprojects:\n- { name: web, dir: web, depends_on: [db] }\n- { name: db, dir: db }\n',
      'db/main.tf': module('db'),
      'web/main.tf': module('web'),
    })
    expect(results(await platform.deploy({ names: ['web'] }))).toEqual({ 'web@default': 'applied' })
  })

  test('stops what depends on a project that failed', async ({ platform }) => {
    await platform.write({
      'atlantis.yaml': `version: 3
projects:
- { name: web, dir: web, depends_on: [db] }
- { name: db, dir: db, workflow: broken }
workflows: { broken: { apply: { steps: [{ run: exit 3 }, apply] } } }
`,
      'db/main.tf': module('db'),
      'web/main.tf': module('web'),
    })
    expect(results(await platform.deploy())).toMatchObject({
      'db@default': 'failed',
      'web@default': 'blocked',
    })
    expect(because(platform, 'db@default')).toBe('run: exit 3 exited with 3')
  })

  test('runs the steps of its workflows', async ({ platform }) => {
    await platform.write({
      'atlantis.yaml': `version: 3
projects:
- { name: app-dev, dir: app, workflow: dev }
- { name: app-prod, dir: app, workspace: prod, workflow: prod }
workflows:
  dev:
    plan:
      steps:
      - env: { name: TF_VAR_stage, command: "echo $PROJECT_NAME" }
      - init
      - plan: { extra_args: ["-var-file", "dev.tfvars"] }
      - run: terraform show -json "$PLANFILE" > "$SHOWFILE" && test -s "$SHOWFILE"
    apply:
      steps: [apply, { run: 'echo "$PROJECT_NAME $WORKSPACE" >> ../applied' }]
  prod:
    plan:
      steps: [init, { plan: { extra_args: ["-var-file=$WORKSPACE.tfvars", "-var", "stage=p"] } }]
`,
      'app/main.tf': module('app'),
      'app/dev.tfvars': 'size = "small"\n',
      'app/prod.tfvars': 'size = "large"\n',
    })
    const done = await platform.deploy()
    expect(results(done)).toEqual({ 'app-dev@default': 'applied', 'app-prod@prod': 'applied' })
    expect(await outputOf(platform, 'app-dev@default')).toBe('default-small-app-dev')
    expect(await outputOf(platform, 'app-prod@prod')).toBe('prod-large-p')
    expect(await platform.read('applied')).toBe('app-dev default\n')
  })

  test('leaves states where the modules say', async ({ platform }) => {
    await using states = await stateServer()
    const file = path.join(platform.root, '..', 'far.tfstate')
    const backends = {
      far: `terraform {\n  backend "http" {\n    address = "${states.address}"\n  }\n}\n`,
      near: `terraform {\n  backend "local" {\n    path = ${JSON.stringify(file)}\n  }\n}\n`,
    }
    await platform.write({
      'atlantis.yaml': 'version: 3\nprojects:\n- { dir: far }\n- { dir: near }\n',
      'far/main.tf': module('far', backends.far),
      'near/main.tf': module('near', backends.near),
    })
    const first = await platform.deploy()
    expect(results(first)).toEqual({ 'far@default': 'applied', 'near@default': 'applied' })
    expect(JSON.parse(states.text())).toMatchObject({
      outputs: { far: { value: expect.any(String) } },
    })
    expect(await platform.read('../far.tfstate')).toContain('"near"')
    expect(await outputOf(platform, 'far@default')).toBe('default-none-none')
    expect(results(await platform.plan())).toEqual({
      'far@default': 'unchanged',
      'near@default': 'unchanged',
    })
    states.breakDown()
    expect(results(await platform.plan())).toEqual({
      'far@default': 'failed',
      'near@default': 'unchanged',
    })
  })
})

/** A server that keeps one state, as the `http` backend wants it. */
async function stateServer() {
  let text = ''
  let isBroken = false
  const server = createServer((request, response) => {
    if (isBroken) {
      response.writeHead(403).end()
      return
    }
    if (request.method === 'GET') {
      response.writeHead(text === '' ? 404 : 200).end(text)
      return
    }
    let body = ''
    request.on('data', (chunk) => {
      body += String(chunk)
    })
    request.on('end', () => {
      text = body
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    address: `http://127.0.0.1:${port}/state`,
    text: () => text,
    breakDown: () => {
      isBroken = true
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
