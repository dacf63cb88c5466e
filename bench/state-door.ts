import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pino from 'pino'
import { type Config, readConfig } from '../src/app/config.ts'
import { openContext } from '../src/app/context.ts'
import { openEmbedded } from '../src/platform/postgres/embedded.ts'
import { runCommand } from '../src/platform/process/process.ts'
import { startServer } from '../src/server/server.ts'
import { compare, conclude, print } from './measure.ts'

/** `terraform apply` that updates every resource, on Portolan's door, on `pg` and on `local`. */
export async function run(): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'portolan-door-'))
  await chmod(directory, 0o755) // PostgreSQL of root runs as nobody, who must get there.
  const config = readConfig({
    ...process.env,
    PORTOLAN_DATA_DIR: path.join(directory, 'data'),
  })
  try {
    await using context = await openContext(config, { repositoryId: 'bench' })
    const server = await startServer(
      { ...context, log: pino({ level: 'silent' }) },
      { host: '127.0.0.1', port: 0 },
    )
    const { token } = await context.tokens.create({
      name: 'bench',
      permissions: ['state:read', 'state:write'],
      actor: 'bench',
    })
    const address = await pgAddress(config)
    for (const count of [1, 100, 2000]) {
      print(`  ${count} terraform_data`)
      const door = `${server.url}/state/bench/n${count}@default`
      const backends = {
        door: `backend "http" {\n address = "${door}"\n lock_address = "${door}"\n unlock_address = "${door}"\n username = "bench"\n password = "${token}"\n }`,
        pg: `backend "pg" {\n conn_str = "${address}"\n schema_name = "n${count}"\n }`,
        local: 'backend "local" {}',
      }
      const sides = await Promise.all(
        Object.entries(backends).map(([name, backend]) =>
          prepared(name, path.join(directory, `${name}-${count}`), { backend, count }),
        ),
      )
      const rounds = count > 1000 ? 3 : 9
      const [ours = 0, ...others] = await compare(
        // The local backend rewrites its file for each resource: at this size it only holds things up.
        sides.filter(({ name }) => !(name === 'local' && count > 1000)),
        rounds,
      )
      conclude(`state-door ${count}`, ours, Math.min(...others))
    }
    await server.close()
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** The same PostgreSQL, as Terraform's `pg` backend wants it. */
async function pgAddress(config: Config): Promise<string> {
  if (config.databaseUrl !== undefined) return config.databaseUrl
  const embedded = await openEmbedded({
    directory: path.join(config.dataHome, 'bench'),
    runtimeDirectory: config.runtimeDirectory,
    uid: config.uid,
    path: config.environment['PATH'] ?? '',
  })
  const { user, host = '', database } = embedded.connection
  await embedded.release()
  return `postgres://${user}@/${database}?${new URLSearchParams({ host, sslmode: 'disable' })}`
}

async function prepared(
  name: string,
  directory: string,
  module: { backend: string; count: number },
) {
  await mkdir(directory)
  await writeFile(
    path.join(directory, 'main.tf'),
    `terraform {\n ${module.backend}\n}\nvariable "round" {}\nresource "terraform_data" "item" {\n count = ${module.count}\n input = "round \${var.round} of item \${count.index}"\n}\n`,
  )
  const terraform = async (...args: string[]) => {
    const result = await runCommand('terraform', args, {
      cwd: directory,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: directory,
        CHECKPOINT_DISABLE: '1',
        TF_CLI_CONFIG_FILE: '/dev/null',
      },
    })
    if (result.exitCode !== 0) throw new Error(`terraform ${args.join(' ')}: ${result.stderr}`)
  }
  await terraform('init', '-input=false')
  return {
    name,
    run: (round: number) =>
      terraform('apply', '-auto-approve', '-input=false', `-var=round=${round}`),
  }
}
