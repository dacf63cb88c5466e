import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Mono } from '../../ui/copyable.tsx'
import { LinkButton } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Paged } from '../../ui/paged.tsx'
import { Empty } from '../../ui/states.tsx'
import { type ChangesFilter, changesQuery } from './change-queries.ts'
import { ChangeRow } from './change-row.tsx'
import { ChangesFilters } from './changes-filters.tsx'

const route = getRouteApi('/changes')

/** All changes, the newest first. */
export function ChangesPage() {
  const filter = route.useSearch()
  const navigate = route.useNavigate()
  const query = useInfiniteQuery(changesQuery(filter))
  return (
    <>
      <PageHeader title="Changes" />
      <ChangesFilters
        filter={filter}
        onFilter={(next) => {
          navigate({ search: next, replace: true }).catch(() => undefined)
        }}
      />
      <Paged query={query} empty={<NoChange filter={filter} />}>
        {(changes) => (
          <ul
            aria-label="Changes"
            className="divide-y divide-line rounded-lg border border-line bg-surface"
          >
            {changes.map((change) => (
              <ChangeRow
                key={change.id}
                change={change}
                withProject={filter.project === undefined}
              />
            ))}
          </ul>
        )}
      </Paged>
    </>
  )
}

function NoChange({ filter }: { filter: ChangesFilter }) {
  const { project, ...others } = filter
  if (Object.values(others).some((value) => value !== undefined)) {
    return (
      <Empty
        title="No change matches"
        action={
          <LinkButton to="/changes" search={{ project }}>
            Show all changes
          </LinkButton>
        }
      >
        Nothing was ever proposed that is like this filter.
      </Empty>
    )
  }
  return (
    <Empty title="No change yet" action={<LinkButton to="/docs">Read about the API</LinkButton>}>
      A change is a proposal to move the platform: a commit, a reason, and a plan for each workspace
      that it affects. Make the first one where your code is: <Mono>portolan plan</Mono> with{' '}
      <Mono>PORTOLAN_URL</Mono> set to this server.
    </Empty>
  )
}
