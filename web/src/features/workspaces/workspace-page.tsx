import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { WorkspaceDetails } from '../../lib/types.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { Loaded } from '../../ui/states.tsx'
import { type Tab, Tabs } from '../../ui/tabs.tsx'
import { plainText } from '../log/plain-text.ts'
import { EffectiveVariables } from '../variables/effective-variables.tsx'
import { HistoryTab } from './history-tab.tsx'
import { OutputsTab } from './outputs-tab.tsx'
import { QuarantineTab } from './quarantine-tab.tsx'
import { ResourcesTab } from './resources-tab.tsx'
import { RunsTab } from './runs-tab.tsx'
import { WorkspaceHeader } from './workspace-header.tsx'
import { type WorkspacePlace, workspaceQuery } from './workspace-queries.ts'

const from = '/projects/$project/workspaces/$workspace'

/** One workspace: how it stands, what it has, and how it came to be so. */
export function WorkspacePage() {
  const place = useParams({ from })
  const query = useQuery(workspaceQuery(place))
  return (
    <>
      {query.data === undefined && <PageHeader title={plainText(place.workspace)} />}
      <Loaded query={query}>
        {(details) => (
          <div key={`${place.project} ${place.workspace}`}>
            <WorkspaceHeader place={place} details={details} />
            <WorkspaceTabs place={place} details={details} />
          </div>
        )}
      </Loaded>
    </>
  )
}

type TabName = 'resources' | 'outputs' | 'history' | 'runs' | 'variables' | 'quarantine'

function tabsOf({ workspace, quarantined }: WorkspaceDetails, asked: string | undefined) {
  const { resources } = workspace
  const tabs: Tab<TabName>[] = [
    {
      name: 'resources',
      label: 'Resources',
      ...(resources === undefined ? {} : { count: resources }),
    },
    { name: 'outputs', label: 'Outputs' },
    { name: 'history', label: 'State history' },
    { name: 'runs', label: 'Runs' },
    { name: 'variables', label: 'Variables' },
  ]
  return quarantined > 0 || asked === 'quarantine'
    ? [...tabs, { name: 'quarantine' as const, label: 'Quarantine', count: quarantined }]
    : tabs
}

interface Shown {
  readonly place: WorkspacePlace
  readonly details: WorkspaceDetails
}

function WorkspaceTabs({ place, details }: Shown) {
  const { tab } = useSearch({ from })
  const navigate = useNavigate({ from })
  const tabs = tabsOf(details, tab)
  const active = tabs.find(({ name }) => name === tab)?.name ?? 'resources'
  return (
    <Tabs
      label="About the workspace"
      tabs={tabs}
      active={active}
      onSelect={(name) => {
        navigate({ search: { tab: name }, replace: true, resetScroll: false }).catch(
          () => undefined,
        )
      }}
    >
      <Panel place={place} details={details} active={active} />
    </Tabs>
  )
}

function Panel({ place, details, active }: Shown & { active: TabName }) {
  const { q = '', from: older, to: newer } = useSearch({ from })
  const navigate = useNavigate({ from })
  const show = (search: Readonly<Record<string, string | undefined>>) => {
    navigate({
      search: (before) => ({ ...before, ...search }),
      replace: true,
      resetScroll: false,
    }).catch(() => undefined)
  }
  switch (active) {
    case 'resources':
      return (
        <ResourcesTab
          place={place}
          search={q}
          onSearch={(text) => show({ q: text || undefined })}
        />
      )
    case 'outputs':
      return <OutputsTab place={place} />
    case 'history':
      return (
        <HistoryTab
          place={place}
          mayRollBack={details.may.rollback}
          compared={{ from: numberOf(older), to: numberOf(newer) }}
          onCompare={(compared) =>
            show({ from: compared.from?.toString(), to: compared.to?.toString() })
          }
        />
      )
    case 'runs':
      return <RunsTab place={place} />
    case 'variables':
      return <EffectiveVariables {...place} />
    case 'quarantine':
      return <QuarantineTab place={place} mayDecide={details.may.rollback} />
  }
}

function numberOf(text: string | undefined): number | undefined {
  const number = Number(text)
  return Number.isInteger(number) && number > 0 ? number : undefined
}
