import { createRootRoute, createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { AppError } from '../../../src/platform/errors.ts'
import { queryClient, sessionQuery } from '../lib/api.ts'
import { patiently } from '../lib/patiently.ts'
import { texts } from '../lib/search.ts'
import { PageError, PageMissing, PagePending } from './page-states.tsx'
import { Root } from './root.tsx'

/** Pages for who is not signed in. */
const open = /^\/(sign-in|link)(\/|$)/

const root = createRootRoute({
  component: Root,
  errorComponent: PageError,
  notFoundComponent: PageMissing,
  beforeLoad: async ({ location }) => {
    if (open.test(location.pathname)) return
    try {
      await queryClient.ensureQueryData(sessionQuery)
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'unauthenticated') throw error
      throw redirect({ to: '/sign-in', search: { back: location.href } })
    }
  },
})

const shown = {
  getParentRoute: () => root,
  errorComponent: PageError,
  pendingComponent: PagePending,
} as const

const overview = createRoute({
  ...shown,
  path: '/',
  validateSearch: texts('project', 'q', 'status'),
  component: lazyRouteComponent(
    patiently(() => import('../features/overview/overview-page.tsx')),
    'OverviewPage',
  ),
})

const changes = createRoute({
  ...shown,
  path: '/changes',
  validateSearch: texts('project', 'environment', 'status', 'actor', 'q'),
  component: lazyRouteComponent(
    patiently(() => import('../features/changes/changes-page.tsx')),
    'ChangesPage',
  ),
})

const change = createRoute({
  ...shown,
  path: '/changes/$id',
  validateSearch: texts('node', 'tab', 'view', 'q'),
  component: lazyRouteComponent(
    patiently(() => import('../features/changes/change-page.tsx')),
    'ChangePage',
  ),
})

const pullRequests = createRoute({
  ...shown,
  path: '/pull-requests',
  validateSearch: texts('project', 'status'),
  component: lazyRouteComponent(
    patiently(() => import('../features/pull-requests/pull-requests-page.tsx')),
    'PullRequestsPage',
  ),
})

const newProposal = createRoute({
  ...shown,
  path: '/pull-requests/new',
  validateSearch: texts('project', 'branch', 'base', 'title'),
  component: lazyRouteComponent(
    patiently(() => import('../features/pull-requests/new-proposal-page.tsx')),
    'NewProposalPage',
  ),
})

const pullRequest = createRoute({
  ...shown,
  path: '/projects/$project/pull-requests/$number',
  validateSearch: texts('node', 'tab', 'view'),
  component: lazyRouteComponent(
    patiently(() => import('../features/pull-requests/pull-request-page.tsx')),
    'PullRequestPage',
  ),
})

const run = createRoute({
  ...shown,
  path: '/runs/$id',
  validateSearch: texts('tab', 'q'),
  component: lazyRouteComponent(
    patiently(() => import('../features/runs/run-page.tsx')),
    'RunPage',
  ),
})

const workspace = createRoute({
  ...shown,
  path: '/projects/$project/workspaces/$workspace',
  validateSearch: texts('tab', 'version', 'from', 'to', 'q'),
  component: lazyRouteComponent(
    patiently(() => import('../features/workspaces/workspace-page.tsx')),
    'WorkspacePage',
  ),
})

const projects = createRoute({
  ...shown,
  path: '/projects',
  component: lazyRouteComponent(
    patiently(() => import('../features/projects/projects-page.tsx')),
    'ProjectsPage',
  ),
})

const project = createRoute({
  ...shown,
  path: '/projects/$project',
  validateSearch: texts('tab', 'way'),
  component: lazyRouteComponent(
    patiently(() => import('../features/projects/project-page.tsx')),
    'ProjectPage',
  ),
})

const signIn = createRoute({
  ...shown,
  path: '/sign-in',
  validateSearch: texts('back'),
  component: lazyRouteComponent(
    patiently(() => import('../features/session/sign-in-page.tsx')),
    'SignInPage',
  ),
})

const link = createRoute({
  ...shown,
  path: '/link/$token',
  component: lazyRouteComponent(
    patiently(() => import('../features/session/link-page.tsx')),
    'LinkPage',
  ),
})

const people = createRoute({
  ...shown,
  path: '/settings/people',
  component: lazyRouteComponent(
    patiently(() => import('../features/people/people-page.tsx')),
    'PeoplePage',
  ),
})

const identities = createRoute({
  ...shown,
  path: '/settings/identities',
  component: lazyRouteComponent(
    patiently(() => import('../features/people/identities-page.tsx')),
    'IdentitiesPage',
  ),
})

const teams = createRoute({
  ...shown,
  path: '/settings/teams',
  component: lazyRouteComponent(
    patiently(() => import('../features/people/teams-page.tsx')),
    'TeamsPage',
  ),
})

const roles = createRoute({
  ...shown,
  path: '/settings/roles',
  component: lazyRouteComponent(
    patiently(() => import('../features/people/roles-page.tsx')),
    'RolesPage',
  ),
})

const tokens = createRoute({
  ...shown,
  path: '/settings/tokens',
  component: lazyRouteComponent(
    patiently(() => import('../features/people/tokens-page.tsx')),
    'TokensPage',
  ),
})

const account = createRoute({
  ...shown,
  path: '/settings/account',
  component: lazyRouteComponent(
    patiently(() => import('../features/session/account-page.tsx')),
    'AccountPage',
  ),
})

const settings = createRoute({
  ...shown,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/account' })
  },
})

const audit = createRoute({
  ...shown,
  path: '/audit',
  validateSearch: texts('subject', 'actor'),
  component: lazyRouteComponent(
    patiently(() => import('../features/audit/audit-page.tsx')),
    'AuditPage',
  ),
})

const webhooks = createRoute({
  ...shown,
  path: '/webhooks',
  validateSearch: texts('project', 'status'),
  component: lazyRouteComponent(
    patiently(() => import('../features/webhooks/webhooks-page.tsx')),
    'WebhooksPage',
  ),
})

const webhook = createRoute({
  ...shown,
  path: '/webhooks/$id',
  component: lazyRouteComponent(
    patiently(() => import('../features/webhooks/webhook-page.tsx')),
    'WebhookPage',
  ),
})

const docs = createRoute({
  ...shown,
  path: '/docs',
  validateSearch: texts('q'),
  component: lazyRouteComponent(
    patiently(() => import('../features/docs/docs-page.tsx')),
    'DocsPage',
  ),
})

export const routeTree = root.addChildren([
  overview,
  changes,
  change,
  pullRequests,
  newProposal,
  pullRequest,
  run,
  workspace,
  projects,
  project,
  signIn,
  link,
  people,
  identities,
  teams,
  roles,
  tokens,
  account,
  settings,
  audit,
  webhooks,
  webhook,
  docs,
])
