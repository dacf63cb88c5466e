import { Hono } from 'hono'
import { WorkspaceName } from '../common-schema.ts'
import type { ApiEnv } from '../deps.ts'
import { body, params, route } from '../route.ts'
import type { WorkspaceDeps } from './deps.ts'
import { createFinder } from './place.ts'
import { presentLock, shownLockId } from './present.ts'
import { HeldLock, Lock, ReleaseLock, TakeLock } from './schema.ts'

/** The lock of a workspace: as long as it is held nobody else applies. */
export function lockRoutes(deps: WorkspaceDeps) {
  const { state } = deps.context
  const find = createFinder(deps)
  /** The lock that was shown under this id. */
  const meantLock = async (workspaceId: string, shown: string) => {
    const held = await state.heldLock(workspaceId)
    return held !== undefined && shownLockId(held) === shown ? held.id : shown
  }

  return new Hono<ApiEnv>()
    .get(
      '/projects/:project/workspaces/:workspace/lock',
      route({
        summary: 'Who holds the lock, if anybody does',
        tag: 'Locks',
        demands: 'read',
        on: 'environment',
        answers: { 200: HeldLock },
      }),
      params(WorkspaceName),
      async (c) => {
        const { id } = await find(c, c.req.valid('param'), 'read')
        const lock = await state.heldLock(id)
        return c.json({ lock: lock && presentLock(lock) })
      },
    )
    .post(
      '/projects/:project/workspaces/:workspace/lock',
      route({
        summary: 'Lock a workspace',
        tag: 'Locks',
        demands: 'state:write',
        on: 'environment',
        answers: { 200: Lock },
      }),
      params(WorkspaceName),
      body(TakeLock),
      async (c) => {
        const { id } = await find(c, c.req.valid('param'), 'state:write')
        const { reason } = c.req.valid('json')
        const actor = c.get('principal').name
        return c.json(presentLock(await state.hold(id, { actor, reason })))
      },
    )
    .delete(
      '/projects/:project/workspaces/:workspace/lock',
      route({
        summary: "End one's own lock, or with `force` and a reason that of another",
        description: 'With `force` it needs state:force-unlock.',
        tag: 'Locks',
        demands: 'state:write',
        on: 'environment',
        answers: { 200: HeldLock },
      }),
      params(WorkspaceName),
      body(ReleaseLock),
      async (c) => {
        const { id: lockId, force, reason = '' } = c.req.valid('json')
        const permission = force ? 'state:force-unlock' : 'state:write'
        const { id } = await find(c, c.req.valid('param'), permission)
        const actor = c.get('principal').name
        const meant = lockId === undefined ? undefined : await meantLock(id, lockId)
        const ended = force
          ? await state.forceUnlock(id, { actor, reason, lockId: meant })
          : await state.letGo(id, { actor, lockId: meant })
        return c.json({ lock: ended && presentLock(ended) })
      },
    )
}
