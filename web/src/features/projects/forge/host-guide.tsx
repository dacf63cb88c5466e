import { Check } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button } from '../../../ui/button.tsx'
import { classes } from '../../../ui/class-names.ts'
import { Copyable, Mono } from '../../../ui/copyable.tsx'
import { oneLine } from '../../../ui/long-text.tsx'
import { Section } from '../../../ui/page-header.tsx'
import { Time } from '../../../ui/time.tsx'
import { CredentialsForm } from './credentials-form.tsx'
import { DisconnectHost } from './disconnect-host.tsx'
import { HostSettings } from './host-settings.tsx'
import { Instructions } from './instructions.tsx'
import { TestHost } from './test-host.tsx'
import type { HostProps } from './to-paste.tsx'
import { WebhookSetUp } from './webhook-set-up.tsx'

/** Step by step: what to click on the host, and what to enter here. */
export function HostGuide(props: HostProps) {
  const { way, forge } = props
  const isConnected = forge.kind === way.kind
  return (
    <>
      {isConnected && <Connection {...props} />}
      <ol className="mb-8 flex max-w-4xl flex-col gap-4">
        <Step number={1} title={`On the host: ${way.name}`} isDone={isConnected}>
          <Folded isFolded={isConnected} label="What was to be done there">
            <Instructions way={way} />
          </Folded>
        </Step>
        <Step number={2} title="Enter it here" isDone={isConnected}>
          <Folded isFolded={isConnected} label="Other credentials, address or repository">
            <CredentialsForm {...props} />
          </Folded>
        </Step>
        <Step
          number={3}
          title="Let the host send webhooks"
          isDone={forge.lastDeliveryAt !== undefined}
        >
          {isConnected ? <WebhookSetUp {...props} /> : <Later />}
        </Step>
        <Step number={4} title="Test" isDone={false}>
          {isConnected ? <TestHost {...props} /> : <Later />}
        </Step>
      </ol>
      {isConnected && <HostSettings key={forge.updatedAt} {...props} />}
    </>
  )
}

function Later() {
  return <p className="text-muted">When the host is connected.</p>
}

/** What is connected, and whether it is heard of. */
function Connection({ project, way, forge }: HostProps) {
  const [isEnding, setEnding] = useState(false)
  const { host, repository, apiUrl, updatedBy, updatedAt, polledAt, pollError } = forge
  return (
    <Section
      title="Connected"
      actions={
        <Button size="small" onClick={() => setEnding(true)}>
          Disconnect …
        </Button>
      }
    >
      <dl className="grid gap-x-8 gap-y-3 rounded-lg border border-line bg-surface px-4 py-3 sm:grid-cols-2 xl:grid-cols-4">
        <Fact name="Host">
          {way.name} on {oneLine(host ?? '', 80)}
        </Fact>
        <Fact name="Repository">
          <Mono>{oneLine(repository ?? '', 120)}</Mono>
        </Fact>
        <Fact name="API">
          <Copyable value={apiUrl ?? ''} what="address of the API" />
        </Fact>
        <Fact name="Set">
          {updatedAt !== undefined && <Time at={updatedAt} />} by {oneLine(updatedBy ?? '', 60)}
        </Fact>
      </dl>
      <p className="mt-2 text-sm [overflow-wrap:anywhere]">
        {pollError === undefined ? (
          <span className="text-muted">
            {polledAt === undefined ? (
              'Its open pull requests are looked at every few minutes, whatever webhooks bring.'
            ) : (
              <>
                Its open pull requests were looked at <Time at={polledAt} />.
              </>
            )}
          </span>
        ) : (
          <span className="text-danger">
            Its open pull requests could not be looked at
            {polledAt !== undefined && (
              <>
                {' '}
                <Time at={polledAt} />
              </>
            )}
            : {oneLine(pollError, 400)}
          </span>
        )}
      </p>
      {isEnding && <DisconnectHost project={project} onClose={() => setEnding(false)} />}
    </Section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted text-sm">{name}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  )
}

interface StepProps {
  readonly number: number
  readonly title: string
  readonly isDone: boolean
  readonly children: ReactNode
}

function Step({ number, title, isDone, children }: StepProps) {
  return (
    <li className="flex gap-3 rounded-lg border border-line bg-surface p-4 sm:gap-4 sm:p-5">
      <span
        aria-hidden
        className={classes(
          'flex size-7 shrink-0 items-center justify-center rounded-full font-semibold',
          isDone ? 'bg-ok-soft text-ok' : 'bg-accent-soft text-accent',
        )}
      >
        {isDone ? <Check className="size-4" /> : number}
      </span>
      <div className="min-w-0 flex-1">
        <h2 className="mb-2 font-semibold text-lg">
          {title}
          {isDone && <span className="sr-only"> (done)</span>}
        </h2>
        {children}
      </div>
    </li>
  )
}

/** What is done already is out of the way. */
function Folded(props: { isFolded: boolean; label: string; children: ReactNode }) {
  if (!props.isFolded) return props.children
  return (
    <details>
      <summary className="w-fit text-muted">{props.label}</summary>
      <div className="mt-3">{props.children}</div>
    </details>
  )
}
