import path from 'node:path'
import type { ToolInstall } from '../../engines/index.ts'
import { conflict } from '../../platform/errors.ts'
import { type MirrorPlaces, moveTree } from '../../projects/index.ts'
import type { VariableService } from '../../variables/index.ts'
import { takeTurn } from '../runs/turn.ts'
import { createPlaces } from './places.ts'
import type { Site, SiteNode } from './site.ts'
import { slots } from './slots.ts'

export interface ServerSiteDeps {
  readonly places: MirrorPlaces
  readonly variables: Pick<VariableService, 'for'>
  readonly install: ToolInstall
}

/** What the programs of runs may have from the server's own environment: nothing that is secret. */
const passedOn =
  /^(PATH|LANG|LC_\w+|TZ|(https?|no|all)_proxy|SSL_CERT_(FILE|DIR)|TF_CLI_CONFIG_FILE|TOFU_CLI_CONFIG_FILE)$/i

/** A server: a tree for each workspace, a clean environment, and no more runs than the machine bears. */
export function serverSite({ places, variables, install }: ServerSiteDeps): Site {
  const runs = createPlaces(slots(undefined))
  const own = Object.fromEntries(Object.entries(places.env).filter(([name]) => passedOn.test(name)))
  return {
    isShared: true,
    async alone({ workspace }, cancelled, work) {
      const turns = path.join(places.dataDirectory, 'workspaces', workspace.id, 'turns')
      const turn = await takeTurn(turns, { cancelled, notice: () => undefined })
      try {
        return turn.refused === undefined ? await work() : undefined
      } finally {
        await turn.release()
      }
    },
    async root(node) {
      const { root } = await moveTree(places, {
        projectId: node.projectId,
        workspaceId: node.workspace.id,
        commit: commitOf(node),
        owner: `change-${node.changeId}`,
      })
      return root
    },
    async environment({ workspace, isTrusted }, phase) {
      if (!isTrusted) {
        // Where tools are told to look for credentials is nothing for it either.
        const { TF_CLI_CONFIG_FILE: _terraform, TOFU_CLI_CONFIG_FILE: _tofu, ...rest } = own
        return { environment: { kind: 'clean', variables: rest }, secrets: [] }
      }
      const { terraform, environment, secrets } = await variables.for(workspace, phase)
      const inputs = Object.fromEntries(
        Object.entries(terraform).map(([name, value]) => [`TF_VAR_${name}`, value]),
      )
      return {
        environment: { kind: 'clean', variables: { ...own, ...inputs, ...environment } },
        secrets,
      }
    },
    install,
    place: (cancelled) => runs.take(cancelled),
  }
}

function commitOf({ commit, workspace }: SiteNode): string {
  if (commit !== undefined) return commit
  throw conflict(`${workspace.component}@${workspace.environment} comes from files in no commit`, {
    next: 'A server applies commits only: make a new change.',
  })
}
