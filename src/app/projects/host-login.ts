import type { Forge } from '../../forges/index.ts'
import { parseSource } from '../../projects/index.ts'
import type { Context } from '../context.ts'

type HostLogin = Awaited<ReturnType<Forge['gitLogin']>>

/**
 * With what a project is fetched whose host is spoken to anyway; undefined where it is fetched from
 * somewhere else: no other server is shown what was given for this one.
 */
export async function hostLogin(
  { forges, repositories }: Pick<Context, 'forges' | 'repositories'>,
  projectId: string,
): Promise<HostLogin> {
  const { host } = await forges.setUp(projectId)
  if (host === undefined) return undefined
  const { source } = await repositories.byId(projectId)
  if (source === undefined) return undefined
  const { address, transport } = parseSource(source)
  if (transport !== 'https' && transport !== 'http') return undefined
  if (new URL(address).host !== host) return undefined
  const forge = await forges.open(projectId)
  return forge.gitLogin()
}
