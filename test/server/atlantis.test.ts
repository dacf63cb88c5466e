import { describe, expect } from 'vitest'
import { aRepository } from '../support/repository.ts'
import { resultsOf, type Team, test, untilSettled, viewOf } from '../support/team.ts'

const atlantis = (command: string) => `version: 3
projects:
- { name: app, dir: app, workflow: own }
- { name: plain, dir: plain }
workflows:
  own: { plan: { steps: [{ env: { name: TF_VAR_v, command: ${command} } }, init, plan] } }
`

const module = 'variable "v" { default = "none" }\noutput "v" { value = var.v }\n'

async function planned({ admin, ...team }: Team, commit?: string) {
  const made = await admin.api.changes.$post({
    json: {
      project: 'shop',
      reason: 'a change',
      select: {},
      ...(commit === undefined ? {} : { ref: commit }),
    },
  })
  const { id } = await made.json()
  await untilSettled(team, admin, id)
  const { nodes } = await viewOf(admin, id)
  const because = Object.fromEntries(nodes.map((node) => [node.name, node.because]))
  return { results: await resultsOf(admin, id), because }
}

async function setHost({ admin }: Team, customWorkflows: boolean): Promise<void> {
  await admin.api.projects[':project'].forge.$put({
    param: { project: 'shop' },
    json: {
      kind: 'github',
      apiUrl: 'http://127.0.0.1:9',
      repository: 'acme/shop',
      credentials: { type: 'token', token: 'a-token' },
      settings: { customWorkflows },
    },
  })
}

async function disposable(files: Readonly<Record<string, string>>) {
  const repository = await aRepository(files)
  return { ...repository, [Symbol.asyncDispose]: () => repository.dispose() }
}

describe('a workflow of an atlantis.yaml on a server', () => {
  test('runs its commands where they are permitted, as the head has them', async ({ team }) => {
    await using repository = await disposable({
      'atlantis.yaml': atlantis('echo one'),
      'app/main.tf': module,
      'plain/main.tf': module,
    })
    const { projects } = team.admin.api
    await projects.$post({ json: { source: repository.root, name: 'shop' } })
    const refused = await planned(team)
    expect(refused.results).toEqual({ 'app@default': 'failed', 'plain@default': 'planned' })
    const said =
      'app@default has a workflow, `own`, with commands of its own, which are not run here'
    expect(refused.because['app@default']).toBe(
      `${said}. A project of plain git cannot permit them: take them out of the workflow.`,
    )
    await setHost(team, false)
    expect((await planned(team)).because['app@default']).toBe(
      `${said}. Who administers the project permits them: portolan project host shop github --custom-workflows`,
    )
    await setHost(team, true)
    expect((await planned(team)).results).toMatchObject({ 'app@default': 'planned' })
    await repository.git('switch', '--quiet', '--create', 'other')
    await repository.write({ 'atlantis.yaml': atlantis('echo two') })
    const commit = await repository.commit('other commands')
    await repository.git('switch', '--quiet', 'main')
    await projects[':project'].fetch.$post({ param: { project: 'shop' } })
    const foreign = await planned(team, commit)
    expect(foreign.results).toMatchObject({ 'app@default': 'failed' })
    expect(foreign.because['app@default']).toContain('is not the one of the base branch')
  })
})
