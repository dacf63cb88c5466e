import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Kysely } from 'kysely'
import {
  createGitForge,
  createProposalService,
  type Forge,
  type NewProposal,
  type Proposal,
  type ProposalService,
} from '../../src/forges/index.ts'
import type { DB } from '../../src/platform/db/schema.gen.ts'
import {
  type BranchService,
  createBranchService,
  createRepositoryService,
} from '../../src/projects/index.ts'
import { createSeal } from '../../src/secrets/index.ts'
import { aPlace } from './mirror.ts'
import { aRepository, type Repository } from './repository.ts'

/** A repository that a project is fetched from and pushed to, and a clone of somebody who works. */
export interface PlainGit {
  readonly project: { readonly id: string; readonly name: string }
  /** Without a working tree. */
  readonly remote: string
  readonly clone: Repository
  readonly branches: BranchService
  readonly forge: Forge
  readonly proposals: ProposalService
  /** As another server on the same database does it. */
  another(branches?: Partial<BranchService>): Forge
  /** Commits files on a branch made of main, and pushes it. Answers the commit. */
  push(branch: string, files: Readonly<Record<string, string>>, from?: string): Promise<string>
  /** A branch with one file, proposed. */
  propose(branch: string, more?: Partial<NewProposal>): Promise<Proposal>
  inRemote(...args: string[]): Promise<string>
  /** From now on the project is fetched from there. */
  moveTo(address: string): Promise<void>
  dispose(): Promise<void>
}

export async function plainGit(db: Kysely<DB>): Promise<PlainGit> {
  const clone = await aRepository({ 'main.tf': 'a\nb\nc\n', 'other.tf': '1\n' })
  const places = await aPlace()
  const remote = path.join(places.dataDirectory, 'shop.git')
  await clone.git('clone', '--quiet', '--bare', clone.root, remote)
  await clone.git('remote', 'add', 'origin', remote)
  const deps = { db, places, seal: createSeal(randomBytes(32), 'git login') }
  const repositories = createRepositoryService(db, deps)
  const { id, name } = await repositories.add({
    source: remote,
    name: 'shop',
    branch: undefined,
    actor: 'ada',
  })
  const project = { id, name }
  const branches = createBranchService(deps)
  const proposals = createProposalService({ db, project, branches })
  const push: PlainGit['push'] = async (branch, files, from = 'main') => {
    await clone.git('checkout', '-q', '-B', branch, from)
    await clone.write(files)
    const commit = await clone.commit(`feat: ${Object.keys(files).join(', ')}`)
    await clone.git('push', '-q', '--force', 'origin', branch)
    return commit
  }
  return {
    project,
    remote,
    clone,
    branches,
    proposals,
    forge: createGitForge({ db, project, branches }),
    another: (more = {}) => createGitForge({ db, project, branches: { ...branches, ...more } }),
    push,
    async propose(branch, more = {}) {
      await push(branch, { [`${branch}.tf`]: 'new\n' })
      return proposals.open({ ...aProposal(branch), ...more })
    },
    moveTo: async (source) => {
      await db.updateTable('projects').set({ source }).where('id', '=', id).execute()
    },
    inRemote: (...args) => clone.git('--git-dir', remote, ...args),
    async dispose() {
      await clone.dispose()
      await rm(places.dataDirectory, { recursive: true, force: true })
    },
  }
}

export function aProposal(headBranch: string): NewProposal {
  return {
    headBranch,
    baseBranch: undefined,
    title: `Propose ${headBranch}`,
    body: '',
    isDraft: false,
    author: 'ada',
  }
}
