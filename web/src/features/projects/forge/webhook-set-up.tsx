import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { KeyRound, LoaderCircle, Radio } from 'lucide-react'
import { useEffect, useState } from 'react'
import { api, json, queryClient, segment } from '../../../lib/api.ts'
import { fieldError, formError, optional, submitted } from '../../../lib/form.ts'
import { duration } from '../../../lib/time.ts'
import type { NewWebhookSecret, WebhookDelivery } from '../../../lib/types.ts'
import { Button } from '../../../ui/button.tsx'
import { Confirm } from '../../../ui/confirm.tsx'
import { Mono } from '../../../ui/copyable.tsx'
import { Field, Input } from '../../../ui/field.tsx'
import { Link } from '../../../ui/link.tsx'
import { LongText, oneLine } from '../../../ui/long-text.tsx'
import { ErrorState, Loaded, Skeleton } from '../../../ui/states.tsx'
import { Status } from '../../../ui/status.tsx'
import { ShownOnce } from '../../people/link-dialog.tsx'
import { webhooksQuery } from '../../webhooks/webhook-queries.ts'
import { forgeQuery, showForge } from './forge-queries.ts'
import { type HostProps, Ticks, ToPaste } from './to-paste.tsx'
import { addressOf } from './ways.ts'

/** What to enter on the host, the secret for it, and what arrived of it. */
export function WebhookSetUp(props: HostProps) {
  const { way, forge } = props
  const url = forge.webhookUrl ?? addressOf('webhook', way.kind, location.origin)
  return (
    <div className="flex flex-col gap-4">
      <ul className="flex list-disc flex-col gap-2 pl-4">
        <li>{way.webhook}</li>
        <li>
          The address:
          <ToPaste value={url} what="address of the webhook" />
        </li>
        <li>
          The events:
          <Ticks ticks={forge.webhookEvents} />
        </li>
        <li>The secret, without which nothing is believed:</li>
      </ul>
      <Secret {...props} />
      <LastDelivery project={props.project} />
    </div>
  )
}

function Secret({ project, forge }: HostProps) {
  const [made, setMade] = useState<NewWebhookSecret>()
  const [isEnding, setEnding] = useState(false)
  const make = useMutation({
    mutationFn: async (given: string): Promise<NewWebhookSecret> =>
      json(
        api.projects[':project'].forge.secrets.$post({
          param: { project: segment(project) },
          json: optional('secret', given),
        }),
      ),
    onSuccess: (secret) => setMade(secret),
    onSettled: () => queryClient.invalidateQueries({ queryKey: forgeQuery(project).queryKey }),
  })
  const error = formError(make.error, ['secret'])
  return (
    <div className="flex flex-col gap-3">
      {error !== undefined && <ErrorState as="box" title="The secret was not made" error={error} />}
      {made !== undefined && (
        <div>
          <p className="mb-1">Paste it on the host now: it is shown this once.</p>
          <ShownOnce value={made.secret} what="secret" />
        </div>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <Button
          look={forge.secrets === 0 && made === undefined ? 'primary' : 'plain'}
          icon={<KeyRound aria-hidden className="size-3.5" />}
          busy={make.isPending}
          onClick={() => make.mutate('')}
        >
          {forge.secrets === 0 ? 'Create webhook secret' : 'Create another secret'}
        </Button>
        {forge.secrets === 1 && <span className="text-muted">One secret is accepted.</span>}
      </div>
      {forge.secrets > 1 && (
        <div className="rounded-lg bg-warn-soft px-4 py-3">
          <p className="mb-2">
            A rotation goes on: the newest secret and the one before are accepted. When the host has
            the newest, end it.
          </p>
          <Button size="small" onClick={() => setEnding(true)}>
            Accept only the newest …
          </Button>
        </div>
      )}
      <details>
        <summary className="w-fit text-muted">The host has a secret already</summary>
        <form
          className="mt-2 flex flex-wrap items-end gap-2"
          onSubmit={submitted((value, form) =>
            make.mutate(value('secret'), { onSuccess: () => form.reset() }),
          )}
        >
          <Field
            label="Its secret"
            hint="As of a GitHub App that several projects share. At least 16 characters."
            error={fieldError(make.error, 'secret')}
            className="w-80 max-w-full"
          >
            {(control) => (
              <Input
                {...control}
                mono
                type="password"
                name="secret"
                required
                minLength={16}
                maxLength={500}
                // A browser fills in the password of who is signed in otherwise.
                autoComplete="new-password"
              />
            )}
          </Field>
          <Button type="submit" busy={make.isPending} className="mb-6">
            Accept it
          </Button>
        </form>
      </details>
      {isEnding && <EndRotation project={project} onClose={() => setEnding(false)} />}
    </div>
  )
}

function EndRotation({ project, onClose }: { project: string; onClose: () => void }) {
  const end = async () => {
    const param = { project: segment(project) }
    showForge(project, await json(api.projects[':project'].forge.secrets.old.$delete({ param })))
  }
  return (
    <Confirm
      title="Accept only the newest secret?"
      action="Accept only the newest"
      onConfirm={end}
      onClose={onClose}
    >
      <p>
        Whatever the host still signs with the secret before is refused from now on. Nothing is lost
        by that: what it would have told is found within a few minutes.
      </p>
    </Confirm>
  )
}

/** Whether anything arrives, as it arrives. */
function LastDelivery({ project }: { project: string }) {
  const query = useInfiniteQuery({ ...webhooksQuery({ project }), refetchInterval: 3000 })
  return (
    <div aria-live="polite" className="rounded-lg bg-sunken px-4 py-3">
      <Loaded query={query} loading={<Skeleton className="h-5 w-72 max-w-full" />}>
        {({ pages: [newest] }) => {
          const last = newest?.items[0]
          return last === undefined ? <NothingYet /> : <Arrived delivery={last} />
        }}
      </Loaded>
    </div>
  )
}

function NothingYet() {
  return (
    <p className="flex items-center gap-2 text-muted">
      <LoaderCircle aria-hidden className="size-3.5 shrink-0 animate-spin" />
      Nothing has arrived yet. Save the webhook on the host, and let it send a test.
    </p>
  )
}

function Arrived({ delivery }: { delivery: WebhookDelivery }) {
  const { id, event, status, result, receivedAt } = delivery
  return (
    <div className="[overflow-wrap:anywhere]">
      <p className="flex flex-wrap items-center gap-x-2">
        <Radio aria-hidden className="size-3.5 shrink-0 text-ok" />
        <Link to="/webhooks/$id" params={{ id: String(id) }}>
          <Mono>{oneLine(event, 60)}</Mono>
        </Link>
        <span>
          arrived <Ago at={receivedAt} />
        </span>
        <Status kind="delivery" value={status} as="text" />
      </p>
      {result !== undefined && (
        <p className="text-muted text-sm">
          <LongText text={result} />
        </p>
      )}
    </div>
  )
}

/** How long ago to the second: somebody waits for it just now. */
function Ago({ at }: { at: string }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  // Aloud it is said once, not every second.
  return (
    <time dateTime={at} aria-live="off">
      {duration(Math.max(1000, Math.floor((now - Date.parse(at)) / 1000) * 1000)).replace('.0', '')}{' '}
      ago
    </time>
  )
}
