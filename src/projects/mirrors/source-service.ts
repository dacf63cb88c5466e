import { z } from 'zod'
import { record } from '../../audit/index.ts'
import { type Db, inTransaction } from '../../platform/db/db.ts'
import { conflict } from '../../platform/errors.ts'
import type { Seal } from '../../secrets/index.ts'
import { ensureProject, recordedProject } from '../service.ts'
import { findProjectByName, findProjectByRepository } from '../store.ts'
import type { MirrorPlaces } from './places.ts'
import type { ProjectRecord, ProjectView } from './project-record.ts'
import * as store from './project-store.ts'
import { checkBranch, listRemote } from './remote-client.ts'
import { type Login, parseSource, type Source, withLogin } from './source.ts'
import { placeOf } from './source-client.ts'
import { notFetched, one, view } from './view-service.ts'

export interface NewSource {
  /** Address or absolute path; user and password in it are taken out and kept sealed. */
  readonly source: string
  readonly name: string | undefined
  /** Undefined: the repository's own. */
  readonly branch: string | undefined
  /** With what it is asked when there is none in the address; it is not kept. */
  readonly login?: Login | undefined
  readonly actor: string
}

export interface SourceEdit {
  /** Null: the repository's own; undefined: as it is. */
  readonly branch: string | null | undefined
  readonly source: string | undefined
  /** With what it is asked when it has none of its own; it is not kept. */
  readonly login?: Login | undefined
  readonly actor: string
}

export interface RepositoryDeps {
  readonly db: Db
  readonly places: MirrorPlaces
  /** For logins. */
  readonly seal: Seal
}

const PROBE_MILLISECONDS = 60_000

/** Records a source, after asking there. */
export async function add(deps: RepositoryDeps, asked: NewSource) {
  const { source: given, name, branch, login, actor } = asked
  const { db, places, seal } = deps
  const source = parseSource(given)
  const place = await placeOf(places, source, name)
  const known = await recordedProject(db, place)
  if (known !== undefined) await refuseSecond(db, known.name)
  else await refuseTaken(db, place.project, place.projectChosen)
  await probe(places, withLogin(source, login), branch)
  const id = await inTransaction(db, async (tx) => {
    const project = await ensureProject(tx, place)
    await store.lockProject(tx, project.id)
    await refuseSecond(tx, project.name)
    await store.updateSource(tx, project.id, {
      source: source.address,
      source_login: sealed(seal, source.login),
      branch: branch ?? null,
    })
    await record(tx, {
      actor,
      action: 'project.add',
      subject: project.name,
      details: { source: source.address, ...(branch === undefined ? {} : { branch }) },
    })
    return project.id
  })
  return view(db, { id })
}

async function refuseSecond(db: Db, name: string): Promise<void> {
  const [project] = await store.selectProjects(db, { name })
  if (project?.source === undefined) return
  throw conflict(`this repository is here already: the project ${name} of ${project.source}`, {
    next: `Fetch it: portolan project fetch ${name}`,
  })
}

async function refuseTaken(db: Db, name: string, chosen: boolean): Promise<void> {
  const holder = await findProjectByName(db, name)
  if (holder === undefined || (chosen && holder.repository === `unclaimed:${name}`)) return
  throw conflict(`there is already a project named ${name}, of another repository`, {
    next:
      holder.repository === `unclaimed:${name}`
        ? `It was made through the http door. If it is this one's: --name ${name}; if not, another --name.`
        : 'Give this one another name: --name NAME',
  })
}

async function probe(places: MirrorPlaces, source: Source, branch: string | undefined) {
  const remote = { source, env: places.env, timeout: PROBE_MILLISECONDS }
  checkBranch(await listRemote(remote), branch)
}

/** Changes a source, after asking there. */
export async function edit(
  deps: RepositoryDeps,
  name: string,
  change: SourceEdit,
): Promise<ProjectView> {
  const { db, places, seal } = deps
  const before = await one(db, { name })
  const asked = change.source === undefined ? undefined : parseSource(change.source)
  // Who repeats the address, which is shown without its login, does not mean to end it.
  const isSame = asked?.login === undefined && asked?.address === before.source
  const given = isSame ? undefined : asked
  const source = given ?? openSource(deps, before)
  const branch = change.branch === undefined ? before.branch : (change.branch ?? undefined)
  await probe(places, withLogin(source, change.login), branch)
  const place = given === undefined ? undefined : await placeOf(places, given, undefined)
  await inTransaction(db, async (tx) => {
    if (place !== undefined) await refuseOther(tx, before, place.origin ?? place.repositoryId)
    await store.updateSource(tx, before.id, {
      branch: branch ?? null,
      ...(given === undefined
        ? {}
        : {
            source: given.address,
            source_login: sealed(seal, given.login),
            repository: place?.origin ?? place?.repositoryId ?? given.origin,
          }),
    })
    await record(tx, {
      actor: change.actor,
      action: 'project.edit',
      subject: before.name,
      details: { source: source.address, ...(branch === undefined ? {} : { branch }) },
    })
  })
  return view(db, { id: before.id })
}

async function refuseOther(db: Db, project: ProjectRecord, repository: string): Promise<void> {
  const holder = await findProjectByRepository(db, repository)
  if (holder === undefined || holder.id === project.id) return
  throw conflict(`that repository is the project ${holder.name}`, {
    next: 'One repository is one project.',
  })
}

/** Where a project is fetched from, with its login. */
export function openSource(
  { seal }: Pick<RepositoryDeps, 'seal'>,
  project: store.StoredProject,
): Source {
  if (project.source === undefined) throw notFetched(project)
  const source = parseSource(project.source)
  if (project.login === undefined) return source
  return {
    ...source,
    login: LoginText.parse(JSON.parse(seal.open(project.login).toString('utf8'))),
  }
}

const LoginText = z.object({ user: z.string(), password: z.string() })

function sealed(seal: Seal, login: Login | undefined): Buffer | null {
  return login === undefined ? null : seal.seal(Buffer.from(JSON.stringify(login)))
}
