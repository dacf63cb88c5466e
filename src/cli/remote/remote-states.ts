import { z } from 'zod'
import {
  HeldLock,
  Lock,
  Outputs,
  PushedState,
  Quarantined,
  Resources,
  StateDifference,
  StateVersion,
  StateVersions,
} from '../../api/workspaces/schema.ts'
import { notFound } from '../../platform/errors.ts'
import { type Output, parseState, type StateDiff } from '../../state/index.ts'
import type { ShownState, States } from '../services/services.ts'
import { lockOf, quarantinedOf, versionOf } from './from-json.ts'
import type { KnownWorkspaces } from './known-workspaces.ts'
import { orNothing } from './remote-projects.ts'
import { Nothing, type ServerConnection } from './server-connection.ts'

const LARGEST_PAGE = 200

/** The states that a server keeps. Who acts is known there: the names of actors are not sent. */
export function remoteStates(server: ServerConnection, known: KnownWorkspaces): States {
  const at = known.pathOf
  // Rejected uploads have ids of their own; their addresses begin with their workspace.
  const quarantinedIn = new Map<string, string>()
  const quarantinePath = (id: string) => {
    const workspaceId = quarantinedIn.get(id)
    if (workspaceId === undefined) throw notFound(`there is no rejected upload ${id}`)
    return `${at(workspaceId)}/quarantine/${id}`
  }
  const quarantined = async (workspaceId: string) => {
    const all = await server.get(`${at(workspaceId)}/quarantine`, z.array(Quarantined))
    for (const one of all) quarantinedIn.set(one.id, workspaceId)
    return all.map((one) => quarantinedOf(one, workspaceId))
  }
  const history: States['history'] = async (workspaceId, { before, limit }) => {
    const found = []
    for (let cursor = before?.toString(); ; ) {
      const size = Math.min(limit - found.length, LARGEST_PAGE)
      const query = { limit: size, cursor }
      const page = await server.get(`${at(workspaceId)}/versions`, StateVersions, query)
      found.push(...page.items.map((one) => versionOf(one, workspaceId)))
      if (page.next === null || found.length >= limit) return found
      cursor = page.next
    }
  }
  return {
    history,
    quarantined,
    current: async (workspaceId) => (await history(workspaceId, { limit: 1 }))[0],
    version: async (workspaceId, number) =>
      versionOf(
        await server.get(`${at(workspaceId)}/versions/${number}`, StateVersion),
        workspaceId,
      ),
    masked: (workspaceId) => masked(server, at(workspaceId)),
    difference: async (workspaceId, { from, to }) => {
      const query = { from: from?.number, to: to.number }
      return diffOf(await server.get(`${at(workspaceId)}/differences`, StateDifference, query))
    },
    revealed: async (workspaceId, { name }) => {
      const { outputs } = parseState(await server.bytes(`${at(workspaceId)}/state`))
      return outputs.filter((output) => name === undefined || output.name === name)
    },
    readRaw: ({ workspaceId, number }) =>
      server.bytes(`${at(workspaceId)}/state`, { version: number }),
    readQuarantined: ({ id, workspaceId }) =>
      server.bytes(`${at(workspaceId)}/quarantine/${id}/state`),
    write: (workspaceId, upload) => write(server, { workspaceId, path: at(workspaceId) }, upload),
    rollback: async (workspaceId, { to, reason }) =>
      versionOf(
        await server.send('POST', `${at(workspaceId)}/rollback`, StateVersion, {
          body: { version: to, reason },
        }),
        workspaceId,
      ),
    lock: async (workspaceId, { info }) =>
      lockOf(
        await server.send('POST', `${at(workspaceId)}/lock`, Lock, { body: { reason: info.Info } }),
        workspaceId,
      ),
    unlock: async (workspaceId, id) => {
      await server.send('DELETE', `${at(workspaceId)}/lock`, HeldLock, { body: { id } })
    },
    forceUnlock: async (workspaceId, { reason, lockId }) => {
      const { lock } = await server.send('DELETE', `${at(workspaceId)}/lock`, HeldLock, {
        body: { force: true, reason, id: lockId },
      })
      return lock && lockOf(lock, workspaceId)
    },
    heldLock: async (workspaceId) => {
      const held = await orNothing(server.get(`${at(workspaceId)}/lock`, HeldLock))
      return held?.lock && lockOf(held.lock, workspaceId)
    },
    atRisk: async (workspaceId) =>
      (await quarantined(workspaceId)).findLast(({ atRisk }) => atRisk),
    promote: async (id, { reason }) =>
      versionOf(
        await server.send('POST', `${quarantinePath(id)}/promote`, StateVersion, {
          body: { reason },
        }),
        quarantinedIn.get(id) ?? '',
      ),
    dismiss: async (id, { reason }) => {
      await server.send('POST', `${quarantinePath(id)}/dismiss`, Nothing, { body: { reason } })
    },
  }
}

async function masked(server: ServerConnection, path: string): Promise<ShownState | undefined> {
  const [resources, outputs] = await Promise.all([
    server.get(`${path}/resources`, Resources),
    server.get(`${path}/outputs`, Outputs),
  ])
  if (resources.version === undefined) return undefined
  return {
    version: resources.version,
    hidden: resources.hidden ?? outputs.hidden,
    resources: resources.resources.map((one) => ({
      ...one,
      key: one.address,
      module: one.module,
      index: one.index,
      id: one.id,
      deposed: one.deposed,
      attributes: one.attributes as Output['value'],
      sensitivePaths: [],
      hidden: {},
    })),
    outputs: outputs.outputs.map((one) => ({
      ...one,
      value: one.value as Output['value'],
      type: one.type as Output['type'],
    })),
  }
}

function diffOf(json: z.output<typeof StateDifference>): StateDiff {
  return {
    lineageChanged: json.lineageChanged,
    hidden: json.hidden,
    resources: json.resources.map((change) => ({
      ...change,
      // What a newer server adds to the kinds is shown as an update.
      kind: change.kind as StateDiff['resources'][number]['kind'],
      previousAddress: change.previousAddress,
      id: change.id,
      taint: change.taint as StateDiff['resources'][number]['taint'],
      schema: change.schema,
      attributes: change.attributes.map(({ path, before, after }) => ({
        path,
        before: before as Output['value'] | undefined,
        after: after as Output['value'] | undefined,
      })),
    })),
    outputs: json.outputs.map(({ before, after, ...change }) => ({
      ...change,
      before: before as Output['value'] | undefined,
      after: after as Output['value'] | undefined,
    })),
  }
}

const write = async (
  server: ServerConnection,
  { workspaceId, path }: { readonly workspaceId: string; readonly path: string },
  { bytes, cause, reason, force }: Parameters<States['write']>[1],
): ReturnType<States['write']> => {
  const query = {
    cause,
    reason: force?.reason ?? reason,
    force: force === undefined ? undefined : true,
  }
  const json = await server.send('POST', `${path}/state`, PushedState, { body: bytes, query })
  if (json.kind === 'rejected') {
    const { code, quarantined } = json
    const kept = quarantinedOf(quarantined, workspaceId)
    return {
      kind: json.kind,
      code: code as typeof kept.code,
      reason: json.reason,
      quarantined: kept,
    }
  }
  return { kind: json.kind, version: versionOf(json.version, workspaceId) }
}
