import { z } from 'zod'
import { AppError } from '../../platform/errors.ts'
import type { HostPermission } from '../forge.ts'
import type { GitLabApi } from './api-client.ts'
import type { Doing } from './refusal.ts'
import { MemberAnswer, UserAnswer } from './schema.ts'

/** Guest, Developer, Maintainer. Below a guest somebody has "minimal access", which is to nothing. */
const GUEST = 10
const DEVELOPER = 30
const MAINTAINER = 40

/** Who may do what on the host. */
export function people(api: GitLabApi) {
  async function idOf(login: string): Promise<number | undefined> {
    const doing: Doing = { to: 'look somebody up', what: 'user', role: 'Reporter' }
    const found = await api.one(doing, z.array(UserAnswer), ({ users }) =>
      users.all({ username: login, page: 1, perPage: 1 }),
    )
    return found.find((user) => user.username.toLowerCase() === login.toLowerCase())?.id
  }

  return {
    async permissionOf(login: string): Promise<HostPermission> {
      const id = await idOf(login)
      if (id === undefined) return 'none'
      return permission(
        await level(
          api.one(
            { to: 'read the members', what: 'member', role: 'Reporter' },
            MemberAnswer,
            ({ projectMembers }) =>
              projectMembers.show(api.project, id, { includeInherited: true }),
          ),
        ),
      )
    },

    async isMember(team: string, login: string): Promise<boolean> {
      const id = await idOf(login)
      if (id === undefined) return false
      const reached = await level(
        api.one(
          { to: 'read the members of a group', what: `group ${team}`, role: 'Reporter' },
          MemberAnswer,
          ({ groupMembers }) => groupMembers.show(team, id, { includeInherited: true }),
        ),
      )
      return reached >= GUEST
    },
  }
}

/** GitLab answers 404 for who is no member. */
async function level(member: Promise<z.output<typeof MemberAnswer>>): Promise<number> {
  try {
    const { access_level, state } = await member
    return state === undefined || state === 'active' ? access_level : 0
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return 0
    throw error
  }
}

function permission(reached: number): HostPermission {
  if (reached >= MAINTAINER) return 'admin'
  if (reached >= DEVELOPER) return 'write'
  return reached >= GUEST ? 'read' : 'none'
}
