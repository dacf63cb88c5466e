import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { slots } from '../src/app/changes/slots.ts'
import { conclude, format, median, print, spread } from './measure.ts'
import { type HostedTeam, withHostedTeam } from './support/hosted-team.ts'
import {
  COUNT,
  directoryOf,
  fiftyComponents,
  fiftyModules,
  propose,
} from './support/pull-request-of-50.ts'

const ROUNDS = 3

/**
 * 50 workspaces of one pull request, from its webhook until the comment has all of their plans, beside
 * `terraform init && terraform plan` in the same 50 directories with as many at once.
 */
export async function run(): Promise<void> {
  await withHostedTeam({ files: fiftyComponents() }, async (team) => {
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = 0; round <= ROUNDS; round += 1) {
      const branch = `round-${round}`
      await team.host.push({ branch, files: fiftyModules(round + 1) })
      await team.host.deliveries.settled()
      const { number, took } = await propose(team, branch)
      await team.host.close(number)
      await write(team, round)
      const start = performance.now()
      await planAll(team, round)
      ours.push(took)
      theirs.push(performance.now() - start)
    }
    const [first = 0, ...more] = ours
    const terraform = theirs.slice(1)
    print(`  the first one, nothing is there yet        ${format(first)}`)
    print(`  webhook to the last comment                ${spread(more)}`)
    print(`  terraform init && plan, ${slots(undefined)} at once          ${spread(terraform)}`)
    conclude('pr-50', median(more), median(terraform))
  })
}

const rootOf = ({ directory }: HostedTeam, round: number) => path.join(directory, `raw-${round}`)

async function write(team: HostedTeam, round: number): Promise<void> {
  for (const [file, text] of Object.entries(fiftyModules(round + 1))) {
    const to = path.join(rootOf(team, round), file)
    await mkdir(path.dirname(to), { recursive: true })
    await writeFile(to, text)
  }
}

async function planAll(team: HostedTeam, round: number): Promise<void> {
  const waiting = Array.from({ length: COUNT }, (_, at) =>
    path.join(rootOf(team, round), directoryOf(at)),
  )
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await team.command('terraform', ['init', '-input=false', '-no-color'], next)
      await team.command('terraform', ['plan', '-input=false', '-no-color', '-out=plan'], next)
    }
  }
  await Promise.all(Array.from({ length: slots(undefined) }, worker))
}
