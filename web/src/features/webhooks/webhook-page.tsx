import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { RotateCw } from 'lucide-react'
import { useMemo } from 'react'
import { api, json, queryClient } from '../../lib/api.ts'
import type { WebhookDeliveryView } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Copyable, CopyButton, Mono } from '../../ui/copyable.tsx'
import { Link, LinkButton } from '../../ui/link.tsx'
import { LongText, oneLine } from '../../ui/long-text.tsx'
import { PageHeader, Section } from '../../ui/page-header.tsx'
import { ErrorState, SkeletonRows, shownError } from '../../ui/states.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { announce } from '../../ui/toast.tsx'
import { plainText } from '../log/plain-text.ts'
import { prettyPayload } from './pretty-payload.ts'
import { webhookQuery } from './webhook-queries.ts'

const route = getRouteApi('/webhooks/$id')

/** What a host sent, as it came, and what came of it. */
export function WebhookPage() {
  const { id } = route.useParams()
  const query = useQuery(webhookQuery(id))
  if (query.data !== undefined) return <ShownDelivery delivery={query.data} />
  if (query.error !== null) {
    return (
      <>
        <PageHeader title={`Delivery ${id.slice(0, 20)}`} />
        <ErrorState error={query.error} onRetry={query.refetch} />
        <div className="flex justify-center">
          <LinkButton to="/webhooks">All deliveries</LinkButton>
        </div>
      </>
    )
  }
  return <SkeletonRows rows={8} />
}

function ShownDelivery({ delivery }: { delivery: WebhookDeliveryView }) {
  const { event, status, result, project, host, receivedAt, handledAt, times } = delivery
  const { payload, payloadCut } = delivery
  const pretty = useMemo(() => plainText(prettyPayload(payload)), [payload])
  return (
    <>
      <PageHeader
        title={<Mono>{oneLine(event, 100)}</Mono>}
        name={`${oneLine(event, 40)} · delivery ${delivery.id}`}
        marks={<Status kind="delivery" value={status} />}
        actions={<Replay id={delivery.id} />}
      />
      <div className="-mt-4 mb-6 text-muted">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
          <Link to="/projects/$project" params={{ project }} search={{ tab: 'host' }}>
            {oneLine(project, 60)}
          </Link>
          <span className="[overflow-wrap:anywhere]">from {oneLine(host, 80)}</span>
          <Copyable value={delivery.delivery} what="the host's id of it" />
          <span>
            received <Time at={receivedAt} />
          </span>
          {handledAt !== undefined && (
            <span>
              handled <Time at={handledAt} />
            </span>
          )}
          {times > 1 && <span>{times} times</span>}
        </p>
      </div>
      {result !== undefined && (
        <p className="mb-6 rounded-lg border border-line bg-surface px-4 py-3 [overflow-wrap:anywhere]">
          <LongText text={result} longest={600} />
        </p>
      )}
      <Section title="Headers" description="Without signatures and secrets: those are not kept.">
        <Headers headers={delivery.headers} />
      </Section>
      <Section
        title="Payload"
        description={
          payloadCut ? 'Its first 256 KiB: more came than is shown and copied here.' : undefined
        }
        actions={<CopyButton value={payload} what="payload" />}
      >
        <section
          aria-label="Payload"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          className="max-h-[70dvh] overflow-auto rounded-lg border border-line bg-sunken"
        >
          <pre className="w-fit min-w-full px-4 py-3 text-sm">{pretty}</pre>
        </section>
      </Section>
    </>
  )
}

function Headers({ headers }: { headers: WebhookDeliveryView['headers'] }) {
  return (
    <dl className="grid gap-x-6 gap-y-1 rounded-lg border border-line bg-surface px-4 py-3 sm:grid-cols-[auto_minmax(0,1fr)]">
      {Object.entries(headers).map(([name, value]) => (
        <div key={name} className="sm:contents">
          <dt className="text-muted">
            <Mono className="[overflow-wrap:anywhere]">{oneLine(name, 80)}</Mono>
          </dt>
          <dd className="min-w-0 [overflow-wrap:anywhere]">
            <Mono>
              <LongText text={value} longest={300} />
            </Mono>
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** Handles it once more; a command that was carried out is not carried out again. */
function Replay({ id }: { id: number }) {
  const replay = useMutation({
    mutationFn: async (): Promise<WebhookDeliveryView> =>
      json(api.webhooks[':id'].replay.$post({ param: { id: String(id) } })),
    onSuccess: (delivery) => {
      announce('It was handled once more.')
      queryClient.setQueryData(webhookQuery(String(id)).queryKey, delivery)
    },
    onError: (error) => announce(shownError(error).detail, 'warn'),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['webhooks'] }),
  })
  return (
    <Button
      icon={<RotateCw aria-hidden className="size-3.5" />}
      busy={replay.isPending}
      onClick={() => replay.mutate()}
    >
      Replay
    </Button>
  )
}
