import { z } from 'zod'
import {
  EffectiveVariable as EffectiveJson,
  Variable as VariableJson,
} from '../../api/variables/schema.ts'
import type { Variable } from '../../variables/index.ts'
import type { Services } from '../services/services.ts'
import { pathOf } from './known-workspaces.ts'
import { Nothing, type ServerConnection, segment } from './server-connection.ts'

/** The variables that a server keeps for its runs. */
export function remoteVariables(server: ServerConnection): Services['variables'] {
  const at = (project: string) => `/projects/${segment(project)}/variables`
  const list = async (project: string) =>
    (await server.get(at(project), z.array(VariableJson))).map(variableOf)
  return {
    list,
    set: async (project, body) =>
      variableOf(await server.send('PUT', at(project), VariableJson, { body })),
    remove: async (project, id) => {
      const variable = (await list(project)).find((one) => one.id === id)
      await server.send('DELETE', `${at(project)}/${id}`, Nothing)
      return variable ?? { id, kind: 'environment', name: id, phase: 'both', ...nobody }
    },
    effective: async (workspace) => {
      const path = `${pathOf(workspace)}/variables`
      const [effective, all] = await Promise.all([
        server.get(path, z.array(EffectiveJson)),
        list(workspace.project),
      ])
      const byId = new Map(all.map((one) => [one.id, one]))
      return effective.map((json) => ({
        variable: variableOf(json),
        phases: json.phases,
        hides: json.hidden.flatMap(({ id }) => byId.get(id) ?? []),
        hiddenBy: json.hiddenBy,
      }))
    },
  }
}

const nobody = { updatedBy: '', updatedAt: new Date(0) } as const

function variableOf(json: z.output<typeof VariableJson>): Variable {
  const { id, environment, component, kind, name, phase, updatedBy, updatedAt } = json
  return {
    id,
    environment,
    component,
    kind,
    name,
    phase,
    updatedBy,
    updatedAt: new Date(updatedAt),
  }
}
