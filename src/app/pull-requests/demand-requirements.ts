import type { ChangeView } from '../../changes/index.ts'
import type { Forge } from '../../forges/index.ts'
import type { Component, Manifest, Requirement } from '../../manifest/index.ts'
import { conflict } from '../../platform/errors.ts'
import type { Context } from '../context.ts'

/** Where it stands what a host must say. */
export interface Demands {
  readonly manifest: Manifest
  /** Of the base branch, where that is another one. */
  readonly guards: Manifest | undefined
}

/**
 * Asks the host for what an `atlantis.yaml` wants to hold before its projects are applied or planned.
 * `undiverged` always holds: a change is over once its base moved on files of it.
 * @throws AppError `conflict` with what does not hold
 */
export async function demandRequirements(
  context: Pick<Context, 'forges'>,
  change: Pick<ChangeView['change'], 'projectId' | 'pullRequest'>,
  demanded: readonly Requirement[],
): Promise<void> {
  const { pullRequest, projectId } = change
  const asked = demanded.filter((one) => one !== 'undiverged')
  if (pullRequest === undefined || asked.length === 0) return
  const forge = await context.forges.open(projectId)
  const { number } = pullRequest
  // What is merged was approved by whoever merged it.
  const observed = await forge.pullRequest(number)
  if (observed.status === 'merged') return
  if (asked.includes('approved')) await demandApproval(forge, number, observed.author)
  if (asked.includes('mergeable')) await demandMergeable(forge, number)
}

async function demandApproval(forge: Forge, number: number, author: string): Promise<void> {
  const approvals = await forge.approvals(number)
  const isOther = ({ login }: { readonly login: string }) =>
    login.toLowerCase() !== author.toLowerCase()
  if (approvals.some(isOther)) return
  throw conflict(`#${number} must be approved on its host first`, {
    next: 'Somebody other than its author has to: `apply_requirements` of atlantis.yaml asks for it.',
  })
}

async function demandMergeable(forge: Forge, number: number): Promise<void> {
  const { mergeable, because } = await forge.mergeability(number)
  if (mergeable === true) return
  const why = mergeable === undefined ? 'the host is still finding out' : (because ?? 'it is not')
  throw conflict(`#${number} must be mergeable first: ${why}`, {
    next: 'Say it again when it is: `apply_requirements` of atlantis.yaml asks for it.',
  })
}

/**
 * What must hold for some components, as the base branch has it. One that is new there wants what any
 * project of the base does: nobody gets rid of a requirement by another name.
 */
export function requirementsOf(
  { manifest, guards }: Demands,
  names: readonly string[],
  key: 'requirements' | 'planRequirements',
): readonly Requirement[] {
  const written = ({ [key]: own }: Component) => own ?? []
  const all = names.flatMap((name) => {
    const own = manifest.components.get(name)
    if (guards === undefined) return own === undefined ? [] : written(own)
    const base = guards.components.get(name)
    if (base !== undefined) return written(base)
    const others = [...guards.components.values()].flatMap(written)
    return own === undefined ? others : [...others, ...written(own)]
  })
  return [...new Set(all)]
}
