import { useMutation } from '@tanstack/react-query'
import { CornerDownLeft } from 'lucide-react'
import { useRef, useState } from 'react'
import { api, json } from '../../lib/api.ts'
import { fieldError, formError, submitted } from '../../lib/form.ts'
import { useRepeatable } from '../../lib/repeatable.ts'
import type { PullRequestComment } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Textarea } from '../../ui/field.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { LongText, oneLine } from '../../ui/long-text.tsx'
import { Section } from '../../ui/page-header.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { Badge } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { CommandHints } from './command-list.tsx'
import type { PullRequestProps } from './pull-request-header.tsx'
import { paramOf, reloadPullRequests } from './pull-request-queries.ts'
import { isCommand, withoutMarker } from './pull-request-words.ts'

/** What is said about a pull request of plain git: here is where it is said. */
export function Conversation({ pullRequest }: PullRequestProps) {
  const { author, body = '', createdAt, comments, may, status } = pullRequest
  return (
    <Section title="Conversation">
      <ol aria-label="Conversation" className="flex flex-col gap-3">
        <Said author={author} at={createdAt}>
          {body.trim() === '' ? (
            <p className="text-muted">No description.</p>
          ) : (
            <Body text={body} longest={1500} />
          )}
        </Said>
        {comments.map((comment) => (
          <Comment key={comment.id} comment={comment} />
        ))}
      </ol>
      {may.comment ? (
        <CommentBox pullRequest={pullRequest} />
      ) : (
        status === 'open' && (
          <p className="mt-3 text-muted">
            You may read this, not comment: that takes a role that permits planning or approving.
          </p>
        )
      )}
    </Section>
  )
}

function Comment({ comment }: { comment: PullRequestComment }) {
  const { author, body, isPortolans, createdAt, updatedAt } = comment
  if (isPortolans) {
    return (
      <Said author="Portolan" at={updatedAt} isPortolans>
        <details>
          <summary className="w-fit text-muted">
            The comment that is kept up to date; this page shows the same
          </summary>
          <div className="mt-2 text-sm">
            <Body text={withoutMarker(body)} longest={4000} />
          </div>
        </details>
      </Said>
    )
  }
  return (
    <Said author={author} at={createdAt} isCommand={isCommand(body)}>
      <Body text={body} longest={1000} />
    </Said>
  )
}

/** Text of people, as they wrote it. */
function Body({ text, longest }: { text: string; longest: number }) {
  return (
    <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">
      <LongText text={text} longest={longest} />
    </p>
  )
}

interface SaidProps {
  readonly author: string
  readonly at: string
  readonly isCommand?: boolean
  readonly isPortolans?: boolean
  readonly children: React.ReactNode
}

function Said({ author, at, isCommand: told, isPortolans, children }: SaidProps) {
  return (
    <li className="overflow-hidden rounded-lg border border-line bg-surface">
      <p className="flex flex-wrap items-center gap-x-2 border-line border-b bg-sunken px-4 py-1 text-sm">
        <bdi className="font-medium [overflow-wrap:anywhere]">{oneLine(author, 80)}</bdi>
        <Time at={at} className="text-muted" />
        {told === true && <Badge tone="info">command</Badge>}
        {isPortolans === true && <Badge>kept up to date</Badge>}
      </p>
      <div className="px-4 py-2.5">{children}</div>
    </li>
  )
}

function CommentBox({ pullRequest: { project, number } }: PullRequestProps) {
  const [text, setText] = useState('')
  const form = useRef<HTMLFormElement>(null)
  const once = useRepeatable()
  const send = useMutation({
    mutationFn: async (body: string) => {
      const request = { ...paramOf(project, number), json: { body } }
      return once(request, (options) =>
        json(api.projects[':project']['pull-requests'][':number'].comments.$post(request, options)),
      )
    },
    // What was written on in the meantime is not said yet.
    onSuccess: (_, said) => setText((now) => (now.trim() === said ? '' : now)),
    onSettled: reloadPullRequests,
  })
  const error = formError(send.error, ['body'])
  return (
    <form
      ref={form}
      className="mt-4 flex flex-col gap-2"
      onSubmit={submitted(() => send.mutate(text.trim()))}
    >
      {error !== undefined && (
        <ErrorState as="box" title="The comment was not made" error={error} />
      )}
      <Field label="Comment" error={fieldError(send.error, 'body')}>
        {(control) => (
          <Textarea
            {...control}
            rows={4}
            required
            maxLength={60_000}
            value={text}
            placeholder="What you think of it, or a command: portolan apply"
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
                event.preventDefault()
                form.current?.requestSubmit()
              }
            }}
          />
        )}
      </Field>
      <div className="flex flex-wrap items-center gap-3">
        <Button
          type="submit"
          look="primary"
          busy={send.isPending}
          disabled={text.trim() === ''}
          icon={<CornerDownLeft aria-hidden className="size-3.5" />}
        >
          {isCommand(text) ? 'Tell Portolan' : 'Comment'}
        </Button>
        <span className="text-muted text-sm max-sm:hidden">
          <Kbd>Ctrl</Kbd> <Kbd>Enter</Kbd>
        </span>
      </div>
      <details>
        <summary className="w-fit text-muted">Commands that work here</summary>
        <div className="mt-2">
          <CommandHints />
        </div>
      </details>
    </form>
  )
}
