import type { ReactNode } from 'react'
import { asSentence } from '../../lib/sentence.ts'
import type { RunDetails } from '../../lib/types.ts'
import { Mono } from '../../ui/copyable.tsx'
import { LongText, oneLine } from '../../ui/long-text.tsx'
import { Loaded, type QueryLike } from '../../ui/states.tsx'
import { Badge } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { RequirementLine } from './lane-card.tsx'
import type { LiveNode } from './live-change.ts'

export interface RequirementsProps {
  readonly node: LiveNode
  readonly details: QueryLike<RunDetails>
  readonly onSelect: (name: string) => void
}

/** What must hold before it is applied, who agreed, and why it takes part. */
export function Requirements({ node, details, onSelect }: RequirementsProps) {
  return (
    <div className="flex flex-col gap-5">
      {node.runId !== undefined && (
        <Loaded query={details}>
          {({ requirements, approvals }) => (
            <>
              <Part title="Before it may be applied">
                <RequirementsOf node={node} requirements={requirements} />
              </Part>
              <Part title="Approvals">
                <Approvals approvals={approvals} />
              </Part>
            </>
          )}
        </Loaded>
      )}
      <Part title="Why it takes part">
        {node.reasons.length === 0 ? (
          <p className="text-muted">It was selected.</p>
        ) : (
          <ul className="list-inside list-disc">
            {node.reasons.map((reason) => (
              <li key={reason} className="[overflow-wrap:anywhere]">
                <LongText text={reason} />
              </li>
            ))}
          </ul>
        )}
      </Part>
      {node.needs.length > 0 && (
        <Part title="Needs">
          <Needs needs={node.needs} onSelect={onSelect} />
        </Part>
      )}
    </div>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h4 className="mb-1.5 font-semibold">{title}</h4>
      {children}
    </section>
  )
}

function RequirementsOf(props: { node: LiveNode; requirements: RunDetails['requirements'] }) {
  const { node, requirements } = props
  if (requirements.length === 0) {
    return (
      <p className="text-muted [overflow-wrap:anywhere]">
        {node.because === undefined ? (
          'Nothing is asked for now.'
        ) : (
          <LongText text={node.because} />
        )}
      </p>
    )
  }
  const inOrder = requirements.toSorted((a, b) => Number(a.met) - Number(b.met))
  return (
    <ul className="flex flex-col gap-1.5">
      {inOrder.map((one) => (
        <RequirementLine
          key={one.name}
          requirement={{ ...one, sentence: asSentence(one.sentence) }}
        />
      ))}
    </ul>
  )
}

function Approvals({ approvals }: { approvals: RunDetails['approvals'] }) {
  if (approvals.length === 0) return <p className="text-muted">Nobody approved it yet.</p>
  return (
    <ul className="flex flex-col gap-1.5">
      {approvals.map(({ actor, at, current, overrideReason }) => (
        <li key={`${actor} ${at}`} className="[overflow-wrap:anywhere]">
          <span className="font-medium">{oneLine(actor, 80)}</span>{' '}
          <Time at={at} className="text-muted" />{' '}
          {!current && <Badge tone="warn">of an earlier plan</Badge>}
          {overrideReason !== undefined && (
            <p className="text-muted">
              Protected resources may go: <LongText text={overrideReason} />
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}

function Needs({
  needs,
  onSelect,
}: {
  needs: LiveNode['needs']
  onSelect: (name: string) => void
}) {
  return (
    <ul className="flex flex-col gap-1">
      {needs.map(({ name, outputs }) => (
        <li key={name} className="flex flex-wrap items-baseline gap-x-2 [overflow-wrap:anywhere]">
          <button
            type="button"
            onClick={() => onSelect(name)}
            className="rounded-sm text-left text-accent hover:underline"
          >
            {oneLine(name, 200)}
          </button>
          {outputs.length > 0 && (
            <span className="text-muted text-sm">
              takes <Mono>{oneLine(outputs.join(', '), 300)}</Mono>
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
