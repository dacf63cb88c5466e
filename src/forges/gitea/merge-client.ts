import { AppError } from '../../platform/errors.ts'
import type { Forge } from '../forge.ts'
import type { GiteaApi } from './api-client.ts'
import { approvalsIn, mergeabilityOf, standstill } from './merging.ts'
import { Anything, Branch, CombinedStatus, MergeState, Review, type Status } from './schema.ts'

const STATUS_PAGES = 100

/** Reviews, whether a pull request would merge, and merging. */
export function giteaMerging(api: GiteaApi): Pick<Forge, 'approvals' | 'mergeability' | 'merge'> {
  const { at, repository } = api
  const pathOf = (number: number) => `${at}/pulls/${number}`

  const stateOf = (number: number) =>
    api.ask({ action: `read ${repository}#${number}`, path: pathOf(number) }, MergeState)

  const reviewsOf = (number: number) =>
    api.pages(
      { action: `read the reviews of ${repository}#${number}`, path: `${pathOf(number)}/reviews` },
      Review,
    )

  const branchOf = (branch: string) =>
    api.ask(
      {
        action: `read the branch ${branch}`,
        path: `${at}/branches/${branch.split('/').map(encodeURIComponent).join('/')}`,
      },
      Branch,
    )

  /** Of each context the newest; Portolan's own alone may fill many pages. */
  async function statusesOf(commit: string): Promise<Status[]> {
    const all: Status[] = []
    for (let page = 1; page <= STATUS_PAGES; page += 1) {
      const { statuses } = await api.ask(
        {
          action: `read the statuses of ${commit}`,
          path: `${at}/commits/${commit}/status`,
          query: { page: String(page), limit: '50' },
        },
        CombinedStatus,
      )
      if (statuses.length === 0) break
      all.push(...statuses)
    }
    return all
  }

  return {
    approvals: async (number) => approvalsIn(await reviewsOf(number)),

    async mergeability(number) {
      const pull = await stateOf(number)
      const still = standstill(pull)
      if (still !== undefined) return still
      const base = pull.base.ref
      const [branch, statuses, reviews] = await Promise.all([
        branchOf(base),
        statusesOf(pull.head.sha),
        reviewsOf(number),
      ])
      return mergeabilityOf({ base, branch, statuses, reviews })
    },

    async merge(number, { head, method }) {
      const merged = async () => {
        const now = await stateOf(number)
        return now.merged && now.head.sha === head ? now : undefined
      }
      try {
        await api.ask(
          {
            action: `merge ${repository}#${number}`,
            method: 'POST',
            path: `${pathOf(number)}/merge`,
            body: { Do: method, head_commit_id: head },
          },
          Anything,
        )
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'conflict') throw error
        // It may have been merged by a call whose answer was lost.
        if ((await merged()) === undefined) throw error
      }
      return (await merged())?.merge_commit_sha ?? undefined
    },
  }
}
