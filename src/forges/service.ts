import { record } from '../audit/index.ts'
import { type Db, inTransaction } from '../platform/db/db.ts'
import { conflict, invalid, notFound } from '../platform/errors.ts'
import { newSecret } from '../platform/ids.ts'
import { openHostForge } from './adapter-client.ts'
import {
  checkApiUrl,
  checkCredentials,
  type ForgeRecord,
  type ForgeSettings,
  type ForgeWish,
  type HostKind,
  hostOf,
  usualApiUrl,
  usualRepository,
  usualSettings,
} from './connection.ts'
import * as store from './connection-store.ts'
import { lastDeliveryAt } from './deliveries/delivery-store.ts'
import type { Forge, ForgeCheck, ForgeKind } from './forge.ts'
import * as outboxStore from './outbox/outbox-store.ts'
import {
  openCredentials,
  openSecrets,
  type SealFor,
  sealCredentials,
  sealSecrets,
} from './sealed-connection.ts'

/** The hosts of projects' repositories. */
export interface ForgeService {
  /** The host of a project's repository; plain git when none is set. @throws AppError `not_found` */
  open(projectId: string): Promise<Forge>
  /** How it is set up: usual settings for plain git. @throws AppError `not_found` */
  setUp(projectId: string): Promise<{
    readonly kind: ForgeKind
    /** What people call it: `github.com`; undefined for plain git. */
    readonly host: string | undefined
    readonly settings: ForgeSettings
  }>
  /** The same of a project by its name, with all that is no secret. @throws AppError `not_found` */
  show(project: string): Promise<ForgeRecord>
  /**
   * Sets the host of a project, or changes what is said of it. Credentials stay only with the host that
   * they were given for. Audited, without them.
   * @throws AppError `not_found`, `invalid` when something is missing that cannot be guessed
   */
  set(project: string, wish: ForgeWish, actor: string): Promise<ForgeRecord>
  /**
   * The host of a repository (`github.com/acme/infra`) that is no project yet. Nothing is kept of it.
   * @throws AppError `invalid`
   */
  tryOut(wish: ForgeWish, origin: string): { readonly host: string; readonly forge: Forge }
  /** Back to plain git. Audited. @throws AppError `not_found` */
  unset(project: string, actor: string): Promise<ForgeRecord>
  /**
   * Makes a secret for the webhook, which is in the answer and never shown again; the one before is
   * accepted too until the rotation is ended. A secret of a host's own, as that of a GitHub App, can be
   * given. Audited.
   * @throws AppError `not_found`, `conflict` for plain git
   */
  addSecret(project: string, given: string | undefined, actor: string): Promise<NewSecret>
  /** Only the newest secret is accepted from now on. Audited. @throws AppError as `addSecret` */
  endRotation(project: string, actor: string): Promise<ForgeRecord>
  /** What of the set-up works. @throws AppError `not_found`, `unavailable` */
  check(project: string, expected: ExpectedSetUp): Promise<readonly ForgeCheck[]>
  /** Records how a poll of the host ended; undefined: well. */
  notePolled(projectId: string, error: string | undefined): Promise<void>
}

export interface NewSecret {
  readonly secret: string
  readonly kind: HostKind
  /** How many are accepted now. */
  readonly accepted: number
}

export type ExpectedSetUp = Parameters<Forge['check']>[0]

export interface ForgeDeps {
  readonly sealFor: SealFor
  /** Of a project that has no host but Portolan. */
  readonly plainGit: (projectId: string) => Promise<Forge>
}

export function createForgeService(db: Db, deps: ForgeDeps): ForgeService {
  const open = remembering(db, deps)
  return {
    open,
    async setUp(projectId) {
      const forge = await store.find(db, projectId)
      if (forge !== undefined) {
        const { kind, host, settings } = forge
        return { kind, host, settings }
      }
      await demandProject(db, { id: projectId })
      return { kind: 'git', host: undefined, settings: usualSettings }
    },
    show: async (project) => show(db, deps, await demandProject(db, { name: project })),
    set: (project, wish, actor) =>
      changing(db, deps, project, (tx, of) => set(tx, deps, { of, wish, actor })),
    tryOut,
    unset: (project, actor) =>
      changing(db, deps, project, async (tx, { id, name }) => {
        if (!(await store.remove(tx, id))) return
        await outboxStore.forget(tx, id)
        await record(tx, { actor, action: 'forge.remove', subject: name })
      }),
    addSecret: (project, given, actor) =>
      inTransaction(db, (tx) => addSecret(tx, deps, { project, given, actor })),
    endRotation: (project, actor) =>
      changing(db, deps, project, async (tx, of) => {
        const forge = await demandHost(tx, of)
        const [newest, ...old] = openSecrets(deps.sealFor, forge)
        if (newest === undefined || old.length === 0) return
        await saveSecrets(tx, deps, { forge, secrets: [newest], actor })
        await record(tx, { actor, action: 'forge.end-rotation', subject: of.name })
      }),
    check: async (project, expected) => {
      const { id } = await demandProject(db, { name: project })
      return (await open(id)).check(expected)
    },
    notePolled: (projectId, error) => store.notePolled(db, projectId, error),
  }
}

/** Adapters know what they were given for a while: tokens of an App, ids. They live as long as nothing is set anew. */
function remembering(db: Db, deps: ForgeDeps): ForgeService['open'] {
  const remembered = new Map<string, { readonly version: string; readonly forge: Promise<Forge> }>()
  return async (projectId) => {
    const row = await store.find(db, projectId)
    // Another process may have changed it.
    const version = row === undefined ? 'git' : versionOf(row)
    const known = remembered.get(projectId)
    if (known?.version === version) return known.forge
    const forge = row === undefined ? openGit(db, deps, projectId) : openHost(deps, row)
    remembered.set(projectId, { version, forge })
    forge.catch(() => {
      if (remembered.get(projectId)?.forge === forge) remembered.delete(projectId)
    })
    return forge
  }
}

/** Each sealing is another text: what is sealed tells versions apart where two clocks or quick hands would not. */
function versionOf(forge: store.StoredForge): string {
  const { kind, apiUrl, repository, settings, sealedCredentials, sealedSecrets } = forge
  const sealed = Buffer.concat([sealedCredentials, sealedSecrets]).toString('base64')
  return JSON.stringify([kind, apiUrl, repository, settings, sealed])
}

async function openGit(db: Db, { plainGit: of }: ForgeDeps, projectId: string): Promise<Forge> {
  await demandProject(db, { id: projectId })
  return of(projectId)
}

async function openHost({ sealFor }: ForgeDeps, forge: store.StoredForge): Promise<Forge> {
  const { projectId, kind, apiUrl, host, repository, settings } = forge
  const credentials = openCredentials(sealFor, forge)
  const secrets = openSecrets(sealFor, forge)
  return openHostForge({
    projectId,
    kind,
    apiUrl,
    host,
    repository,
    credentials,
    secrets,
    settings,
  })
}

async function show(
  db: Db,
  { sealFor }: ForgeDeps,
  { id }: store.ProjectOrigin,
): Promise<ForgeRecord> {
  const forge = await store.find(db, id)
  if (forge === undefined) return plainGit
  const { sealedCredentials: _credentials, sealedSecrets: _secrets, ...shown } = forge
  return {
    ...shown,
    credentials: openCredentials(sealFor, forge).type,
    secrets: openSecrets(sealFor, forge).length,
    lastDeliveryAt: await lastDeliveryAt(db, id),
  }
}

const plainGit: ForgeRecord = {
  kind: 'git',
  apiUrl: undefined,
  host: undefined,
  repository: undefined,
  credentials: undefined,
  secrets: 0,
  settings: usualSettings,
  updatedBy: undefined,
  updatedAt: undefined,
  polledAt: undefined,
  pollError: undefined,
  lastDeliveryAt: undefined,
}

function changing(
  db: Db,
  deps: ForgeDeps,
  project: string,
  change: (tx: Db, of: store.ProjectOrigin) => Promise<void>,
): Promise<ForgeRecord> {
  return inTransaction(db, async (tx) => {
    const of = await demandProject(tx, { name: project })
    await change(tx, of)
    return show(tx, deps, of)
  })
}

interface Setting {
  readonly of: store.ProjectOrigin
  readonly wish: ForgeWish
  readonly actor: string
}

async function set(tx: Db, { sealFor }: ForgeDeps, { of, wish, actor }: Setting): Promise<void> {
  const before = await store.lock(tx, of.id)
  const same = before?.kind === wish.kind ? before : undefined
  const { apiUrl, repository } = placeOf(wish, of.origin, same)
  const place = { projectId: of.id, kind: wish.kind, apiUrl }
  // The same ids of comments are those of others there.
  if (same?.apiUrl !== apiUrl || same.repository !== repository) {
    await outboxStore.forget(tx, of.id)
  }
  await store.save(tx, {
    ...place,
    host: hostOf(apiUrl),
    repository,
    // What was given for one host is never shown to another.
    sealedCredentials:
      wish.credentials === undefined
        ? keptCredentials(same?.apiUrl === apiUrl ? same : undefined)
        : sealCredentials(sealFor, place, checkCredentials(wish.kind, wish.credentials)),
    sealedSecrets: same?.sealedSecrets ?? sealSecrets(sealFor, of.id, []),
    settings: merged(same?.settings ?? usualSettings, wish.settings),
    updatedBy: actor,
  })
  const details = { kind: wish.kind, apiUrl, repository, ...auditedWish(wish) }
  await record(tx, { actor, action: 'forge.set', subject: of.name, details })
}

function auditedWish({ credentials, settings }: ForgeWish) {
  const { hostRoles, botLogin, customWorkflows } = settings
  return {
    ...(credentials === undefined ? {} : { credentials: credentials.type }),
    ...(botLogin === undefined ? {} : { botLogin }),
    ...(customWorkflows === undefined ? {} : { customWorkflows }),
    ...(hostRoles === undefined ? {} : { hostRoles: JSON.stringify(hostRoles) }),
  }
}

/** Where a host and its repository are: as is said, as it was, or as the repository's address tells. */
function placeOf(
  wish: ForgeWish,
  origin: string,
  before: Pick<store.StoredForge, 'apiUrl' | 'repository'> | undefined,
) {
  const apiUrl = checkApiUrl(wish.apiUrl ?? before?.apiUrl ?? usualApiUrl(wish.kind, origin))
  const repository = wish.repository ?? before?.repository ?? usualRepository(origin)
  if (repository !== undefined) return { apiUrl, repository }
  throw invalid(`the repository on the host cannot be told from ${origin}`, {
    next: 'Name it: owner/name.',
  })
}

function tryOut(wish: ForgeWish, origin: string) {
  const { kind, credentials } = wish
  if (credentials === undefined) throw noCredentials()
  const place = placeOf(wish, origin, undefined)
  const host = hostOf(place.apiUrl)
  const settings = merged(usualSettings, wish.settings)
  checkCredentials(kind, credentials)
  const rest = { projectId: '', kind, host, credentials, secrets: [], settings }
  return { host, forge: openHostForge({ ...place, ...rest }) }
}

function keptCredentials(same: store.StoredForge | undefined): Buffer {
  if (same !== undefined) return same.sealedCredentials
  throw noCredentials()
}

function noCredentials() {
  return invalid('there are no credentials for this host yet', {
    next: 'Give a token, or the id and private key of a GitHub App.',
  })
}

function merged(before: ForgeSettings, wish: ForgeWish['settings']): ForgeSettings {
  const botLogin = wish.botLogin ?? before.botLogin
  return {
    hostRoles: wish.hostRoles ?? before.hostRoles,
    // Empty: it has none any more.
    botLogin: botLogin === '' ? undefined : botLogin,
    customWorkflows: wish.customWorkflows ?? before.customWorkflows,
  }
}

interface SecretWish {
  readonly project: string
  readonly given: string | undefined
  readonly actor: string
}

async function addSecret(
  tx: Db,
  deps: ForgeDeps,
  { project, given, actor }: SecretWish,
): Promise<NewSecret> {
  const of = await demandProject(tx, { name: project })
  const forge = await demandHost(tx, of)
  const secret = given ?? newSecret('ptw')
  const known = openSecrets(deps.sealFor, forge).filter((one) => one !== secret)
  const secrets = [secret, ...known].slice(0, 2)
  await saveSecrets(tx, deps, { forge, secrets, actor })
  await record(tx, { actor, action: 'forge.new-secret', subject: of.name })
  return { secret, kind: forge.kind, accepted: secrets.length }
}

function saveSecrets(
  tx: Db,
  { sealFor }: ForgeDeps,
  {
    forge,
    secrets,
    actor,
  }: {
    readonly forge: store.StoredForge
    readonly secrets: readonly string[]
    readonly actor: string
  },
): Promise<void> {
  const sealedSecrets = sealSecrets(sealFor, forge.projectId, secrets)
  return store.save(tx, { ...forge, sealedSecrets, updatedBy: actor })
}

async function demandHost(tx: Db, { id, name }: store.ProjectOrigin): Promise<store.StoredForge> {
  const forge = await store.lock(tx, id)
  if (forge !== undefined) return forge
  throw conflict(`${name} is plain git: no host sends webhooks for it`, {
    next: `Say what its host is: portolan project host ${name} github`,
  })
}

async function demandProject(
  db: Db,
  by: Parameters<typeof store.findProject>[1],
): Promise<store.ProjectOrigin> {
  const project = await store.findProject(db, by)
  if (project !== undefined) return project
  throw notFound('name' in by ? `there is no project ${by.name}` : 'there is no such project', {
    next: 'See the list of projects.',
  })
}
