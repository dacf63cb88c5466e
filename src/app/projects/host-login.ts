import type { Forge, ForgeWish } from '../../forges/index.ts'
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
  /** Where it is going to be fetched from, when that is another address than now. */
  next?: string,
): Promise<HostLogin> {
  const { host } = await forges.setUp(projectId)
  if (host === undefined) return undefined
  const source = next ?? (await repositories.byId(projectId)).source
  if (source === undefined || !isAt(source, host)) return undefined
  const forge = await forges.open(projectId)
  return forge.gitLogin()
}

/** The same of a project that is only going to be there. @throws AppError `invalid` */
export async function wishedLogin(
  { forges }: Pick<Context, 'forges'>,
  source: string,
  wish: ForgeWish,
): Promise<HostLogin> {
  const { host, forge } = forges.tryOut(wish, parseSource(source).origin)
  return isAt(source, host) ? forge.gitLogin() : undefined
}

function isAt(source: string, host: string): boolean {
  const { address, transport } = parseSource(source)
  return (transport === 'https' || transport === 'http') && new URL(address).host === host
}
