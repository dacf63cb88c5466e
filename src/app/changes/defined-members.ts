import type { Definition, WorkspaceNode } from '../../manifest/index.ts'
import type { RunSource } from '../../runs/index.ts'
import type { Config } from '../config.ts'
import { digestOf, sourceOf } from './change-runs.ts'
import { definitionOf, type Platform } from './change-work.ts'

/** A workspace of a manifest with what it is made of. */
export interface DefinedMember {
  readonly member: WorkspaceNode
  readonly definition: Definition
  readonly source: RunSource
  /** sha256 over its sources, the same in every environment. */
  readonly sourceDigest: string
}

/** The definitions of workspaces, and the digests that a change of them records. */
export function defineMembers(
  config: Config,
  platform: Platform,
  members: readonly WorkspaceNode[],
): Promise<DefinedMember[]> {
  const digests = new Map<string, Promise<string>>()
  const digest = (component: string, source: RunSource) => {
    const key = `${component}\n${source.moduleCommit}`
    const known = digests.get(key) ?? digestOf(config, platform, { component, source })
    digests.set(key, known)
    return known
  }
  return Promise.all(
    members.map(async (member) => {
      const definition = definitionOf(platform, member)
      const source = await sourceOf(config, platform, definition)
      return { member, definition, source, sourceDigest: await digest(member.component, source) }
    }),
  )
}
