import { print } from './measure.ts'
import { withHostedTeam } from './support/hosted-team.ts'
import { COUNT, fiftyComponents, fiftyModules, propose } from './support/pull-request-of-50.ts'

/**
 * The least that tells all of it once: the pull request is read, one comment is written, and a status
 * for each workspace and one for all. Nothing is shown before the end then, and nothing is made sure of.
 */
const LEAST = 1 + 1 + COUNT + 1

/** What a host is asked for one pull request that affects 50 workspaces, from its opening until all is told. */
export async function run(): Promise<void> {
  await withHostedTeam({ files: fiftyComponents() }, async (team) => {
    const { host } = team
    await host.push({ branch: 'all', files: fiftyModules(1) })
    await host.deliveries.settled()
    host.calls.clear()
    await propose(team, 'all')
    const { all } = host.calls
    const routes = Map.groupBy(all, (route) => route)
    for (const [route, { length }] of [...routes].sort(([, a], [, b]) => b.length - a.length)) {
      print(`  ${String(length).padStart(4)}  ${route}`)
    }
    print(`bench pr-50-calls: ${all.length} calls, at least ${LEAST}`)
  })
}
