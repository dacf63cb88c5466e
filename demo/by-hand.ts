import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runCommand } from '../src/platform/process/process.ts'
import type { Demo } from './demo.ts'
import { say } from './narration.ts'

const workspace = 'search@staging'

/** Plain Terraform against a workspace's state, past every change: what Portolan must then show. */
export async function changeByHand({ operator, repository, url }: Demo): Promise<void> {
  const versions = await (
    await operator.api.projects[':project'].workspaces[':workspace'].versions.$get({
      param: { project: 'shop', workspace },
      query: {},
    })
  ).json()
  if (versions.items.some(({ cause }) => cause === 'client')) return
  const directory = await mkdtemp(path.join(tmpdir(), 'portolan-by-hand-'))
  try {
    await cp(path.join(repository.root, 'infra', 'search'), directory, { recursive: true })
    const address = `${url}/state/shop/${workspace}`
    await writeFile(
      path.join(directory, 'backend.tf'),
      `terraform {
  backend "http" {
    address        = "${address}"
    lock_address   = "${address}"
    unlock_address = "${address}"
    username       = "bob"
  }
}
`,
    )
    const token = await tokenFor(operator)
    const { PATH = '', HOME = '' } = process.env
    const env = {
      PATH,
      HOME,
      TF_HTTP_PASSWORD: token,
      TF_CLI_CONFIG_FILE: '/dev/null',
      CHECKPOINT_DISABLE: '1',
      TF_VAR_database: 'db.by-hand.internal',
    }
    for (const args of [['init'], ['apply', '-auto-approve']]) {
      const command = [...args, '-input=false', '-no-color']
      const result = await terraform(command, { cwd: directory, env })
      if (result.exitCode !== 0) throw new Error(`terraform ${args[0]}: ${result.stderr}`)
    }
    say(`  terraform apply, beside Portolan: ${workspace} is not what its change made of it`)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** As on somebody's laptop: no more than plain Terraform needs. */
async function tokenFor({ api }: Demo['operator']): Promise<string> {
  const made = await api.tokens.$get()
  const number = (await made.json()).filter(({ name }) => name.startsWith('laptop')).length + 1
  const created = await api.tokens.$post({
    json: {
      name: `laptop-${number}`,
      permissions: ['state:read', 'state:write'],
      personal: false,
      project: 'shop',
    },
  })
  return (await created.json()).token
}

/** Whichever of the two is there. */
async function terraform(
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
) {
  try {
    return await runCommand('terraform', args, options)
  } catch {
    return runCommand('tofu', args, options)
  }
}
