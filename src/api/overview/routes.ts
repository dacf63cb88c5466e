import { Hono } from 'hono'
import { permits, permitsSomewhere } from '../../access/index.ts'
import {
  inboxOf,
  listOpenPlans,
  listPlatforms,
  listStandings,
  teamsOf,
} from '../../changes/index.ts'
import type { ContextOf } from '../context-of.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { query, route } from '../route.ts'
import { demandSomewhere } from '../somewhere.ts'
import { presentInboxItem, presentProject } from './present.ts'
import { remembered } from './remembered.ts'
import { Inbox, Overview, OverviewQuery } from './schema.ts'

/** What is where, and what waits for somebody. */
export function overviewRoutes({
  context,
  signals,
}: ContextOf<'db' | 'runs'> & Pick<ApiDeps, 'signals'>) {
  const { db, runs } = context
  // Many people look at the same, again and again: it is read again when it moved.
  const standingsOf = remembered(signals, 'overview', (project) => listStandings(db, { project }))
  return new Hono<ApiEnv>()
    .get(
      '/overview',
      route({
        summary: 'What is deployed where: a matrix for each project that who asks may see',
        tag: 'Overview',
        demands: 'read',
        on: 'somewhere',
        answers: { 200: Overview },
      }),
      query(OverviewQuery),
      async (c) => {
        const { project } = c.req.valid('query')
        const principal = c.get('principal')
        demandSomewhere(c, 'read')
        const platforms = await listPlatforms(db, project)
        const standings = (await standingsOf(project)).filter((standing) =>
          permits(principal, 'read', standing),
        )
        const byProject = Map.groupBy(standings, (standing) => standing.project)
        return c.json({
          projects: platforms
            .filter((platform) => permitsSomewhere(principal, 'read', platform.project))
            .map((one) => presentProject(one, byProject.get(one.project) ?? [], principal)),
        })
      },
    )
    .get(
      '/inbox',
      route({
        summary: 'What waits for a person, the most urgent first',
        tag: 'Overview',
        demands: 'read',
        on: 'somewhere',
        answers: { 200: Inbox },
      }),
      async (c) => {
        const principal = c.get('principal')
        demandSomewhere(c, 'read')
        const mayRead = (place: { project: string; environment: string }) =>
          permits(principal, 'read', place)
        const standings = (await standingsOf(undefined)).filter(mayRead)
        const plans = (await listOpenPlans(db)).filter(mayRead)
        const planned = plans.filter(({ result }) => result === 'planned')
        const approvals = await runs.approvalsOf(planned.map(({ runId }) => runId))
        const { personId } = principal
        const teams = personId === undefined ? [] : await teamsOf(db, personId)
        const entries = inboxOf({ standings, plans, approvals, now: new Date() })
        return c.json({ items: entries.map((one) => presentInboxItem(one, { principal, teams })) })
      },
    )
}
