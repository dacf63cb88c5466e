import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { readConfig } from '../src/app/config.ts'
import { type Context, openContext } from '../src/app/context.ts'
import { applyLocally, planLocally, type RunWatch } from '../src/app/runs/local-run.ts'
import { runCommand } from '../src/platform/process/process.ts'
import { locate } from '../src/projects/index.ts'
import { compare, conclude, print } from './measure.ts'
import { makeLabModule } from './support/lab-module.ts'

const silent: RunWatch = {
  changed: () => undefined,
  output: () => undefined,
  progress: () => undefined,
  notice: () => undefined,
  cancelled: new AbortController().signal,
  forced: new AbortController().signal,
}

/** Warm, from the request to the recorded `applied`, against init, plan and apply by hand. */
export async function run(): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'portolan-overhead-'))
  await chmod(directory, 0o755) // PostgreSQL of root runs as nobody, who must get there.
  try {
    const small = path.join(directory, 'small')
    await mkdir(small)
    await writeFile(
      path.join(small, 'main.tf'),
      'variable "round" {\n  default = "0"\n}\nresource "terraform_data" "item" {\n  input = var.round\n}\n',
    )
    const builtIn = {
      PATH: process.env['PATH'] ?? '',
      HOME: directory,
      CHECKPOINT_DISABLE: '1',
      TF_CLI_CONFIG_FILE: '/dev/null',
    }
    await measure('terraform_data', directory, { directory: small, environment: builtIn })
    const lab = await makeLabModule(path.join(directory, 'lab'))
    await measure('provider', directory, lab)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

interface Module {
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
}

async function measure(name: string, home: string, module: Module): Promise<void> {
  const config = readConfig({
    ...module.environment,
    ...(process.env['DATABASE_URL'] ? { DATABASE_URL: process.env['DATABASE_URL'] } : {}),
    PORTOLAN_DATA_DIR: path.join(home, 'data'),
  })
  const byHand = path.join(path.dirname(module.directory), `${name}-by-hand`)
  await cp(module.directory, byHand, { recursive: true })
  const location = await locate(module.directory, {
    dataHome: config.dataHome,
    env: config.environment,
    environment: undefined,
  })
  await using context = await openContext(config, location)
  const workspace = await context.projects.ensureWorkspace(location)
  print(`  ${name}`)
  const [ours = 0, theirs = 0] = await compare(
    [
      {
        name: 'Portolan: plan, approve, apply, record',
        run: (round) => throughPortolan(context, { location, workspace, round }),
      },
      {
        name: 'terraform init && plan -out && apply',
        run: async (round) => {
          await terraform(['init', '-input=false'])
          await terraform(['plan', '-input=false', '-out=plan', `-var=round=${round}`])
          await terraform(['apply', '-input=false', 'plan'])
        },
      },
    ],
    11,
  )
  conclude(`run-overhead ${name}`, ours, theirs)

  async function terraform(args: string[]): Promise<void> {
    const result = await runCommand('terraform', args, { cwd: byHand, env: module.environment })
    if (result.exitCode !== 0) throw new Error(`terraform ${args.join(' ')}: ${result.stderr}`)
  }
}

async function throughPortolan(
  context: Context,
  request: {
    location: Awaited<ReturnType<typeof locate>>
    workspace: Awaited<ReturnType<Context['projects']['ensureWorkspace']>>
    round: number
  },
): Promise<void> {
  const { location, workspace, round } = request
  const planned = await planLocally(
    context,
    {
      location,
      workspace,
      operation: 'apply',
      options: {
        planOnly: false,
        targets: [],
        replace: [],
        refresh: true,
        variableNames: ['round'],
        variableFiles: [],
      },
      inputs: { variables: { round: String(round) }, variableFiles: [] },
    },
    silent,
  )
  const plan = await context.runs.plan(planned.id)
  if (plan === undefined) throw new Error(`not planned: ${planned.status} ${planned.reason}`)
  const run = await context.runs.approve(planned.id, { digest: plan.digest, actor: location.actor })
  const applied = await applyLocally(context, { location, workspace, run }, silent)
  if (applied.status !== 'applied') throw new Error(`${applied.status}: ${applied.reason}`)
}
