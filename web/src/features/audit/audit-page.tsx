import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import { ScrollText } from 'lucide-react'
import { api, json } from '../../lib/api.ts'
import { optional, submitted } from '../../lib/form.ts'
import type { AuditRecord } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Mono } from '../../ui/copyable.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { OuterLink } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Paged } from '../../ui/paged.tsx'
import { Empty } from '../../ui/states.tsx'
import { Cell, Table } from '../../ui/table.tsx'
import { ExactTime } from '../../ui/time.tsx'
import { pageOf } from './subject-link.ts'

/** What was done, by whom, with what; newest first. */
export function AuditPage() {
  const filter = useSearch({ from: '/audit' })
  const query = optional('subject', filter.subject ?? '')
  const actor = optional('actor', filter.actor ?? '')
  const records = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: async ({ pageParam }) =>
      json(api.audit.$get({ query: { ...query, ...actor, ...optional('cursor', pageParam) } })),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  })
  return (
    <>
      <PageHeader title="Audit log">
        Everything that was decided or changed, written in the same transaction as the deed. Nothing
        here can be edited or removed.
      </PageHeader>
      <Filter subject={filter.subject ?? ''} actor={filter.actor ?? ''} />
      <Paged query={records} empty={<Nothing filtered={'subject' in query || 'actor' in actor} />}>
        {(items) => (
          <Table stacks label="Audit log" columns={['When', 'Who', 'Did', 'With', 'Details']}>
            {items.map((record) => (
              <AuditRow key={record.id} record={record} />
            ))}
          </Table>
        )}
      </Paged>
    </>
  )
}

function Filter({ subject, actor }: { subject: string; actor: string }) {
  const navigate = useNavigate()
  const filter = submitted((value) => {
    const search = {
      ...optional('subject', value('subject')),
      ...optional('actor', value('actor')),
    }
    navigate({ to: '/audit', search }).catch(() => undefined)
  })
  return (
    <form
      // Links set the filter too.
      key={`${subject} ${actor}`}
      className="mb-4 flex flex-wrap items-end gap-3"
      onSubmit={filter}
    >
      <Field label="With" className="w-64 max-w-full">
        {(control) => (
          <Input
            {...control}
            mono
            type="search"
            name="subject"
            defaultValue={subject}
            placeholder="shop/db@prod, run-41, ada"
          />
        )}
      </Field>
      <Field label="Who" className="w-40 max-w-full">
        {(control) => (
          <Input {...control} mono name="actor" defaultValue={actor} placeholder="ada" />
        )}
      </Field>
      <Button type="submit">Filter</Button>
      {(subject !== '' || actor !== '') && (
        <Button
          look="quiet"
          onClick={() => navigate({ to: '/audit', search: {} }).catch(() => undefined)}
        >
          Show all
        </Button>
      )}
    </form>
  )
}

function AuditRow({ record }: { record: AuditRecord }) {
  const details = Object.entries(record.details)
  return (
    <tr className="align-top">
      <Cell className="whitespace-nowrap align-top text-muted tabular-nums">
        <ExactTime at={record.at} />
      </Cell>
      <Cell className="whitespace-nowrap align-top font-medium">{record.actor}</Cell>
      <Cell className="whitespace-nowrap align-top">
        <Mono>{record.action}</Mono>
      </Cell>
      <Cell className="min-w-40 align-top">
        <Subject subject={record.subject} />
      </Cell>
      <Cell className="min-w-64 align-top text-sm">
        {details.map(([name, value]) => (
          <span key={name} className="mr-3 inline-block">
            <span className="text-muted">{name}</span>{' '}
            <Mono className="break-all">{String(value)}</Mono>
          </span>
        ))}
      </Cell>
    </tr>
  )
}

function Subject({ subject }: { subject: string }) {
  const { history } = useRouter()
  const page = pageOf(subject)
  if (page === undefined) return <Mono className="break-words">{subject}</Mono>
  return (
    <OuterLink
      href={page}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return
        event.preventDefault()
        history.push(page)
      }}
    >
      <Mono className="whitespace-nowrap">{subject}</Mono>
    </OuterLink>
  )
}

function Nothing({ filtered }: { filtered: boolean }) {
  return (
    <Empty
      title={filtered ? 'Nothing of this kind was done' : 'Nothing was done yet'}
      icon={<ScrollText aria-hidden className="size-6" />}
    >
      {filtered
        ? 'The names must be written just as they are recorded: a workspace with its project, shop/db@prod.'
        : 'Approvals, applies, locks, rollbacks, roles, tokens and variables will be recorded here.'}
    </Empty>
  )
}
