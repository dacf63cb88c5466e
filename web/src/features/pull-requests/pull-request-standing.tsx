import { useMutation } from '@tanstack/react-query'
import { CircleAlert, Info, Play } from 'lucide-react'
import { api, done } from '../../lib/api.ts'
import { asSentence } from '../../lib/sentence.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/class-names.ts'
import { Mono } from '../../ui/copyable.tsx'
import { LongText, oneLine } from '../../ui/long-text.tsx'
import { shownError } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { announce } from '../../ui/toast.tsx'
import type { PullRequestProps } from './pull-request-header.tsx'
import { paramOf, reloadPullRequests } from './pull-request-queries.ts'
import { forgeNames, troubleName, waitsForPermission } from './pull-request-words.ts'

/** Where it stands in a sentence; what keeps it from being planned, and what to do about that. */
export function PullRequestStanding({ pullRequest }: PullRequestProps) {
  const { verdict, problem, permittedBy, status, change, may } = pullRequest
  const { mergeProblem, mergeRefused } = pullRequest
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
        {problem !== undefined && !verdict.includes(problem) && (
          <p>
            <LongText text={asSentence(problem)} longest={600} />
          </p>
        )}
        <Remedy pullRequest={pullRequest} />
        {mergeProblem !== undefined && !verdict.includes(mergeProblem) && (
          <p>
            It was not merged by itself: <LongText text={asSentence(mergeProblem)} longest={600} />
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
        <Troubles pullRequest={pullRequest} />
      </div>
      {status === 'open' && may.plan && (
        <PlanIt pullRequest={pullRequest} isHeldBack={isHeldBack} />
      )}
    </section>
  )
}

/** The places of what is in the way of planning, and what to do about it. */
function Remedy({ pullRequest: { problemPlaces, problemNext } }: PullRequestProps) {
  const shown = problemPlaces.slice(0, MOST_PLACES)
  return (
    <>
      {shown.length > 0 && (
        <ul aria-label="Where it is in the way" className="my-1 flex flex-col gap-0.5">
          {shown.map((place) => (
            <li key={place}>
              <Mono>{oneLine(place, 300)}</Mono>
            </li>
          ))}
          {problemPlaces.length > shown.length && (
            <li className="text-muted">and {problemPlaces.length - shown.length} more</li>
          )}
        </ul>
      )}
      {problemNext !== undefined && (
        <p>
          <LongText text={asSentence(problemNext)} longest={600} />
        </p>
      )}
    </>
  )
}

const MOST_PLACES = 20

/** What people do not see on the host, although it is so. */
function Troubles({ pullRequest: { forge, troubles } }: PullRequestProps) {
  if (troubles.length === 0) return null
  return (
    <div className="mt-1 text-warn">
      <p>{forgeNames[forge]} could not be told everything:</p>
      <ul className="list-disc pl-4">
        {troubles.map(({ about, because, since }) => (
          <li key={`${about} ${since}`}>
            <span className="font-medium">{troubleName(oneLine(about, 100))}</span>:{' '}
            <LongText text={asSentence(because)} />{' '}
            <span className="text-muted">
              It was to be told <Time at={since} />.
            </span>
          </li>
        ))}
      </ul>
    </div>
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
