import { useQuery } from '@tanstack/react-query'
import { useTyped } from '../../lib/typed.ts'
import { Button } from '../../ui/button.tsx'
import { Input } from '../../ui/field.tsx'
import { FilterChoice } from '../../ui/filter-choice.tsx'
import { oneLine } from '../../ui/long-text.tsx'
import { overviewQuery } from '../overview/overview-queries.ts'
import { type ChangesFilter, listStatuses } from './change-queries.ts'

const words = {
  waiting: 'Wait for approval',
  open: 'Open',
  done: 'Done',
  cancelled: 'Cancelled',
  closed: 'Closed',
} as const satisfies Record<(typeof listStatuses)[number], string>

const statuses = listStatuses.map((status) => [status, words[status]] as const)

export interface ChangesFiltersProps {
  readonly filter: ChangesFilter
  readonly onFilter: (filter: ChangesFilter) => void
}

/** What is listed; the address holds it. */
export function ChangesFilters({ filter, onFilter }: ChangesFiltersProps) {
  const set = (field: keyof ChangesFilter) => (value: string) =>
    onFilter({ ...filter, [field]: value === '' ? undefined : value })
  const [text, setText] = useTyped(filter.q ?? '', set('q'))
  const [actor, setActor] = useTyped(filter.actor ?? '', set('actor'))
  const { projects, environments } = usePlaces(filter)
  const isFiltered = Object.values(filter).some((value) => value !== undefined)
  return (
    <search className="mb-4 flex flex-wrap items-center gap-2">
      <Input
        type="search"
        aria-label="Search changes"
        placeholder="Reason, branch, commit, change-7 …"
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="w-full sm:w-72"
      />
      <FilterChoice
        label="Status"
        all="Any status"
        value={filter.status}
        options={statuses}
        onChoose={set('status')}
      />
      {projects.length > 1 && (
        <FilterChoice
          label="Project"
          all="All projects"
          value={filter.project}
          options={projects.map((name) => [name, oneLine(name, 40)])}
          onChoose={set('project')}
        />
      )}
      <FilterChoice
        label="Environment"
        all="All environments"
        value={filter.environment}
        options={environments.map((name) => [name, oneLine(name, 40)])}
        onChoose={set('environment')}
      />
      <Input
        aria-label="Author"
        placeholder="Author"
        value={actor}
        onChange={(event) => setActor(event.target.value)}
        className="w-36!"
      />
      {isFiltered && (
        <Button look="quiet" onClick={() => onFilter({})}>
          Clear
        </Button>
      )}
    </search>
  )
}

/** Where there are changes: of the projects that the overview has. */
function usePlaces({ project }: ChangesFilter) {
  const { data = [] } = useQuery(overviewQuery(undefined))
  const chosen = data.filter((one) => project === undefined || one.project === project)
  return {
    projects: data.map((one) => one.project),
    environments: [...new Set(chosen.flatMap((one) => one.environments))],
  }
}
