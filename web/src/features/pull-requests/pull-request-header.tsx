import { ExternalLink, GitMerge, Pencil, UserRound } from 'lucide-react'
import { useState } from 'react'
import { asSentence } from '../../lib/sentence.ts'
import type { PullRequestView } from '../../lib/types.ts'
import { ActionButton } from '../../ui/action-button.tsx'
import { Button, buttonClasses } from '../../ui/button.tsx'
import { Commit, Copyable } from '../../ui/copyable.tsx'
import { OuterLink, PlainLink } from '../../ui/link.tsx'
import { LongText, oneLine } from '../../ui/long-text.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { CloseProposal } from './close-proposal.tsx'
import { EditProposal } from './edit-proposal.tsx'
import { MergeDialog } from './merge-dialog.tsx'
import { Branches, PullRequestMarks } from './pull-request-row.tsx'
import { forgeNames, pageOnHost } from './pull-request-words.ts'

export interface PullRequestProps {
  readonly pullRequest: PullRequestView
}

/** What is proposed, by whom, from where to where; and what may be done with it as a whole. */
export function PullRequestHeader({ pullRequest }: PullRequestProps) {
  const { number, title, status } = pullRequest
  return (
    <>
      <PageHeader
        title={<LongText text={title.trim() === '' ? '(no title)' : title} longest={160} />}
        name={`${oneLine(title, 60)} · #${number}`}
        marks={
          <span className="flex flex-wrap items-center gap-2">
            <Status kind="pull-request" value={status} />
            <PullRequestMarks pullRequest={pullRequest} />
          </span>
        }
        actions={<Actions pullRequest={pullRequest} />}
      />
      <Facts pullRequest={pullRequest} />
    </>
  )
}

function Actions({ pullRequest }: PullRequestProps) {
  const { forge, status, may, mergeRefused } = pullRequest
  const url = pageOnHost(pullRequest)
  const [open, setOpen] = useState<'edit' | 'close' | 'merge'>()
  const close = () => setOpen(undefined)
  const isOurs = forge === 'git'
  return (
    <>
      {url !== undefined && (
        <OuterLink href={url} className={`${buttonClasses()} no-underline! text-ink!`}>
          Open on {forgeNames[forge]}
          <ExternalLink aria-hidden className="size-3.5" />
        </OuterLink>
      )}
      {isOurs && may.close && status !== 'merged' && (
        <>
          <Button
            look="quiet"
            icon={<Pencil aria-hidden className="size-3.5" />}
            onClick={() => setOpen('edit')}
          >
            Edit
          </Button>
          <Button onClick={() => setOpen('close')}>
            {status === 'open' ? 'Close …' : 'Reopen …'}
          </Button>
        </>
      )}
      {status === 'open' && (isOurs || may.merge) && (
        <ActionButton
          icon={<GitMerge aria-hidden className="size-3.5" />}
          look={mergeRefused === undefined ? 'primary' : 'plain'}
          because={whyNotMerged(pullRequest)}
          onClick={() => setOpen('merge')}
        >
          Merge …
        </ActionButton>
      )}
      {open === 'edit' && <EditProposal pullRequest={pullRequest} onClose={close} />}
      {open === 'close' && <CloseProposal pullRequest={pullRequest} onClose={close} />}
      {open === 'merge' && <MergeDialog pullRequest={pullRequest} onClose={close} />}
    </>
  )
}

function whyNotMerged({ may, mergeRefused }: PullRequestView): string | undefined {
  if (!may.merge) return 'You may not merge it: that takes a role that permits applying.'
  return mergeRefused === undefined ? undefined : asSentence(mergeRefused)
}

function Facts({ pullRequest }: PullRequestProps) {
  const { project, number, author, headCommit, createdAt, endedAt, status, mergeCommit } =
    pullRequest
  return (
    <p className="-mt-4 mb-5 flex flex-wrap items-center gap-x-3 gap-y-0.5 text-muted">
      <Copyable value={`#${number}`} what="number of the pull request" />
      <PlainLink to="/projects/$project" params={{ project }}>
        {oneLine(project, 60)}
      </PlainLink>
      <span className="inline-flex min-w-0 items-center gap-1">
        <UserRound aria-hidden className="size-3.5 shrink-0" />
        <bdi className="min-w-0 [overflow-wrap:anywhere]">{oneLine(author, 80)}</bdi>
      </span>
      <Branches pullRequest={pullRequest} longest={80} />
      <Commit commit={headCommit} />
      <span>
        opened <Time at={createdAt} />
      </span>
      {endedAt !== undefined && (
        <span>
          {status} <Time at={endedAt} />
        </span>
      )}
      {mergeCommit !== undefined && (
        <span className="inline-flex items-center gap-1">
          as <Commit commit={mergeCommit} />
        </span>
      )}
    </p>
  )
}
