import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { concludeGoal, median, print, spread } from './measure.ts'
import { type HostedTeam, until, untilQuiet, withHostedTeam } from './support/hosted-team.ts'
import { directoryOf, largeRepository } from './support/large-repository.ts'

const GOAL = 300
const ROUNDS = 9
const REST = 5000
const STARTS = 'terraform-starts'

/**
 * From the webhook of a push until Terraform starts, in a repository of 10,000 files and 43 MB: the
 * new commit is fetched, merged and read in between.
 */
export async function run(): Promise<void> {
  const programs = {
    terraform: (directory: string) =>
      `#!/bin/bash\necho "$EPOCHREALTIME $*" >> ${directory}/${STARTS}\nPATH="\${PATH#*:}"\nexec terraform "$@"\n`,
  }
  await withHostedTeam({ files: largeRepository(), programs }, async (team) => {
    await firstPush(team)
    const times: number[] = []
    const clones: number[] = []
    for (let round = 1; round <= ROUNDS; round += 1) {
      times.push(await pushed(team, round))
      clones.push(await cloned(team))
    }
    print(`  webhook to Terraform   ${spread(times)}`)
    print(`  git clone --depth=1    ${spread(clones)}`)
    concludeGoal('webhook-to-start', median(times), GOAL)
  })
}

const change = (round: number) => ({
  [`${directoryOf(7)}/size.tf`]: `locals {\n  round = ${round}\n}\n`,
})

async function firstPush({ server, host }: HostedTeam): Promise<void> {
  await host.push({ branch: 'work', files: change(0) })
  const { number } = await host.openPullRequest({ branch: 'work', author: 'ada', title: 'Work' })
  await until(() => host.commentsOf(number)[0])
  await untilQuiet(server)
}

/** Milliseconds from the receipt of the webhook to the first start of Terraform. */
async function pushed(team: HostedTeam, round: number): Promise<number> {
  const { server, host, directory } = team
  await untilQuiet(server)
  // Nobody pushes again at once: what a server does when nobody waits for it is done by then.
  await new Promise((resolve) => setTimeout(resolve, REST))
  const { db } = server.context
  const before = await db
    .selectFrom('webhook_deliveries')
    .select((select) => select.fn.max('id').as('id'))
    .executeTakeFirstOrThrow()
  const starts = path.join(directory, STARTS)
  await writeFile(starts, '')
  await host.push({ branch: 'work', files: change(round) })
  const start = await until(
    async () => / ?([\d.]+) plan /.exec(await readFile(starts, 'utf8'))?.[1],
  )
  const first = await db
    .selectFrom('webhook_deliveries')
    .select('received_at')
    .where('id', '>', before.id)
    .orderBy('id')
    .executeTakeFirstOrThrow()
  await untilQuiet(server)
  return Number(start) * 1000 - first.received_at.getTime()
}

/** What fetching for each run from scratch costs at least. */
async function cloned({ host, directory, command }: HostedTeam): Promise<number> {
  const to = path.join(directory, 'clone')
  await rm(to, { recursive: true, force: true })
  const from = host.cloneUrl.replace('://', `://oauth2:${host.token}@`)
  const start = performance.now()
  await command('git', ['clone', '--quiet', '--depth=1', from, to])
  return performance.now() - start
}
