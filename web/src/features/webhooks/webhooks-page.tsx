import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Webhook } from 'lucide-react'
import { useProjects } from '../../lib/queries.ts'
import type { WebhookDelivery } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Mono } from '../../ui/copyable.tsx'
import { FilterChoice } from '../../ui/filter-choice.tsx'
import { Link, LinkButton } from '../../ui/link.tsx'
import { LongText, oneLine } from '../../ui/long-text.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Paged } from '../../ui/paged.tsx'
import { Empty } from '../../ui/states.tsx'
import { Status } from '../../ui/status.tsx'
import { lookOf } from '../../ui/status-words.ts'
import { Cell, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { deliveryStatuses, type WebhooksFilter, webhooksQuery } from './webhook-queries.ts'

const route = getRouteApi('/webhooks')

/** What hosts sent, and what came of it; newest first. */
export function WebhooksPage() {
  const filter = route.useSearch()
  const query = useInfiniteQuery(webhooksQuery(filter))
  return (
    <>
      <PageHeader title="Webhook deliveries">
        What hosts of repositories sent, as it came, kept for 30 days. A delivery is only a hint:
        one that was lost is made up for by a look every few minutes.
      </PageHeader>
      <Filters filter={filter} />
      <Paged query={query} empty={<Nothing filter={filter} />}>
        {(deliveries) => (
          <Table
            stacks
            label="Webhook deliveries"
            columns={['Event', 'Status', 'Result', 'Project', 'Host', 'Received']}
          >
            {deliveries.map((delivery) => (
              <DeliveryRow key={delivery.id} delivery={delivery} />
            ))}
          </Table>
        )}
      </Paged>
    </>
  )
}

function Filters({ filter }: { filter: WebhooksFilter }) {
  const navigate = route.useNavigate()
  const { data: projects = [] } = useProjects()
  const show = (search: WebhooksFilter) => {
    navigate({ search, replace: true }).catch(() => undefined)
  }
  const set = (field: keyof WebhooksFilter) => (value: string) =>
    show({ ...filter, [field]: value === '' ? undefined : value })
  return (
    <search className="mb-4 flex flex-wrap items-center gap-2">
      <FilterChoice
        label="Status"
        all="Any status"
        value={filter.status}
        options={deliveryStatuses.map((status) => [status, lookOf('delivery', status).word])}
        onChoose={set('status')}
      />
      <FilterChoice
        label="Project"
        all="All projects"
        value={filter.project}
        options={projects.map(({ name }) => [name, oneLine(name, 40)])}
        onChoose={set('project')}
      />
      {(filter.status !== undefined || filter.project !== undefined) && (
        <Button look="quiet" onClick={() => show({})}>
          Clear
        </Button>
      )}
    </search>
  )
}

function DeliveryRow({ delivery }: { delivery: WebhookDelivery }) {
  const { id, event, status, result, project, host, receivedAt, times } = delivery
  return (
    <tr>
      <Cell className="min-w-36 font-medium">
        <Link to="/webhooks/$id" params={{ id: String(id) }} className="[overflow-wrap:anywhere]">
          <Mono>{oneLine(event, 80)}</Mono>
        </Link>
      </Cell>
      <Cell className="whitespace-nowrap">
        <Status kind="delivery" value={status} as="text" />
        {times > 1 && <span className="ml-2 text-muted text-sm">{times} times</span>}
      </Cell>
      <Cell className="min-w-56 [overflow-wrap:anywhere]">
        {result !== undefined && <LongText text={result} longest={160} />}
      </Cell>
      <Cell className="min-w-28 [overflow-wrap:anywhere]">
        <Link to="/projects/$project" params={{ project }} search={{ tab: 'host' }}>
          {oneLine(project, 60)}
        </Link>
      </Cell>
      <Cell className="min-w-32 text-muted [overflow-wrap:anywhere]">{oneLine(host, 60)}</Cell>
      <Cell className="whitespace-nowrap text-muted">
        <Time at={receivedAt} />
      </Cell>
    </tr>
  )
}

function Nothing({ filter: { project, status } }: { filter: WebhooksFilter }) {
  if (status !== undefined) {
    return (
      <Empty
        title="No delivery matches"
        action={
          <LinkButton to="/webhooks" search={{ project }}>
            Show all deliveries
          </LinkButton>
        }
      >
        None of the last 30 days stands so.
      </Empty>
    )
  }
  return (
    <Empty
      title="No host has sent anything yet"
      icon={<Webhook aria-hidden className="size-6" />}
      action={
        project === undefined ? (
          <LinkButton to="/projects" look="primary">
            Choose a project
          </LinkButton>
        ) : (
          <LinkButton
            to="/projects/$project"
            params={{ project }}
            search={{ tab: 'host' }}
            look="primary"
          >
            Set up its host
          </LinkButton>
        )
      }
    >
      The settings of a project say, step by step, how its host is told to send webhooks here. If it
      says that it does, look whether it reaches this server: its own list of deliveries shows the
      answers that it got.
    </Empty>
  )
}
