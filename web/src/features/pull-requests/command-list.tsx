import { Terminal } from 'lucide-react'
import type { PullRequestCommand } from '../../lib/types.ts'
import { CopyButton, Mono } from '../../ui/copyable.tsx'
import { LongText, oneLine } from '../../ui/long-text.tsx'
import { Section } from '../../ui/page-header.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { commandHints } from './pull-request-words.ts'

/** What people told Portolan in comments, and what it answered; the newest first. */
export function CommandList({ commands }: { commands: readonly PullRequestCommand[] }) {
  return (
    <Section title="Commands">
      {commands.length === 0 ? (
        <div className="text-muted">
          <p className="mb-2">
            Nobody has told Portolan anything here yet. In a comment of the pull request:
          </p>
          <CommandHints />
        </div>
      ) : (
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {commands.toReversed().map((command) => (
            <CommandRow key={command.id} command={command} />
          ))}
        </ul>
      )}
    </Section>
  )
}

function CommandRow({ command }: { command: PullRequestCommand }) {
  const { author, body, status, answer, at } = command
  return (
    <li className="px-4 py-2.5 [overflow-wrap:anywhere]">
      <p className="flex items-start gap-2">
        <Terminal aria-hidden className="mt-1 size-3.5 shrink-0 text-muted" />
        <Mono className="min-w-0 flex-1">{oneLine(command.command ?? body, 120)}</Mono>
        <Status kind="command" value={status} as="text" />
      </p>
      <p className="text-muted text-sm">
        <bdi className="font-medium">{oneLine(author, 60)}</bdi> <Time at={at} />
      </p>
      {answer !== undefined && (
        <p className="mt-1 whitespace-pre-wrap text-sm">
          <LongText text={answer} longest={400} />
        </p>
      )}
    </li>
  )
}

/** What may be written, to be copied. */
export function CommandHints() {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-sm">
      {commandHints.map(({ command, does }) => (
        <div key={command} className="contents">
          <dt className="flex items-center whitespace-nowrap">
            <Mono>{command}</Mono>
            <CopyButton value={command} what={command} />
          </dt>
          <dd className="self-center text-muted">{does}</dd>
        </div>
      ))}
    </dl>
  )
}
