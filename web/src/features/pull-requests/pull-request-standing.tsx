import { useMutation } from '@tanstack/react-query'
import { CircleAlert, Info, Play } from 'lucide-react'
import { api, done } from '../../lib/api.ts'
import { asSentence } from '../../lib/sentence.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/class-names.ts'
import { LongText, oneLine } from '../../ui/long-text.tsx'
import { shownError } from '../../ui/states.tsx'
import { announce } from '../../ui/toast.tsx'
import type { PullRequestProps } from './pull-request-header.tsx'
import { paramOf, reloadPullRequests } from './pull-request-queries.ts'
import { waitsForPermission } from './pull-request-words.ts'

/** Where it stands in a sentence; what keeps it from being planned, and what to do about that. */
export function PullRequestStanding({ pullRequest }: PullRequestProps) {
  const { verdict, problem, permittedBy, status, change, may, mergeRefused } = pullRequest
  const Icon = problem === undefined ? Info : CircleAlert
  // Until all is applied nobody expects that it can be merged.
  const isReady = problem === undefined && status === 'open' && change?.status === 'done'
  const isHeldBack = waitsForPermission(pullRequest)
  return (
    <section
      aria-label="Where it stands"
      className={classes(
        'mb-6 flex flex-wrap items-start gap-x-4 gap-y-2 rounded-lg border px-4 py-3',
        problem === undefined ? 'border-line bg-surface' : 'border-warn/40 bg-warn-soft',
      )}
    >
      <Icon
        aria-hidden
        className={classes(
          'mt-0.5 size-4 shrink-0',
          problem === undefined ? 'text-info' : 'text-warn',
        )}
      />
      <div className="min-w-0 flex-1 basis-48 [overflow-wrap:anywhere]">
        <p className="font-medium">
          <LongText text={asSentence(verdict)} />
        </p>
        {problem !== undefined && problem !== verdict && (
          <p>
            <LongText text={asSentence(problem)} longest={600} />
          </p>
        )}
        {permittedBy !== undefined && (
          <p className="text-muted">
            <bdi>{oneLine(permittedBy, 80)}</bdi> let this head be planned.
          </p>
        )}
        {isReady && mergeRefused !== undefined && (
          <p className="text-muted">
            Not mergeable now: <LongText text={asSentence(mergeRefused)} />
          </p>
        )}
      </div>
      {status === 'open' && may.plan && (
        <PlanIt pullRequest={pullRequest} isHeldBack={isHeldBack} />
      )}
    </section>
  )
}

function PlanIt({ pullRequest, isHeldBack }: PullRequestProps & { isHeldBack: boolean }) {
  const { project, number, change } = pullRequest
  const plan = useMutation({
    mutationFn: () =>
      done(
        api.projects[':project']['pull-requests'][':number'].plan.$post(paramOf(project, number)),
      ),
    onSuccess: () => announce(`#${number} is being planned.`),
    onError: (error) => announce(shownError(error).detail, 'warn'),
    onSettled: reloadPullRequests,
  })
  return (
    <Button
      look={isHeldBack ? 'primary' : 'plain'}
      size={isHeldBack ? 'normal' : 'small'}
      icon={<Play aria-hidden className="size-3.5" />}
      busy={plan.isPending}
      onClick={() => plan.mutate()}
    >
      {change === undefined ? 'Plan it' : 'Plan again'}
    </Button>
  )
}
