import { useQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Boxes } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import type { Resource } from '../../lib/types.ts'
import { Input } from '../../ui/field.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { plainText } from '../log/plain-text.ts'
import { byAddress } from '../plan/address-parts.ts'
import { ResourceDrawer, ResourceMarks } from './resource-drawer.tsx'
import { type ReadResources, resourcesQuery, type WorkspacePlace } from './workspace-queries.ts'

export interface ResourcesTabProps {
  readonly place: WorkspacePlace
  readonly search: string
  readonly onSearch: (text: string) => void
}

/** What the current state has. */
export function ResourcesTab(props: ResourcesTabProps) {
  const query = useQuery(resourcesQuery(props.place))
  return <Loaded query={query}>{(read) => <ResourcesOf {...props} read={read} />}</Loaded>
}

function ResourcesOf({ read, search, onSearch }: ResourcesTabProps & { read: ReadResources }) {
  const [open, setOpen] = useState<string>()
  const sorted = useMemo(
    () => read.resources.toSorted((a, b) => byAddress(a.address, b.address)),
    [read],
  )
  if (read.hidden !== undefined) return <Hidden because={read.hidden} />
  if (sorted.length === 0) {
    return (
      <Empty title="No resources" icon={<Boxes aria-hidden className="size-6" />}>
        {read.version === undefined
          ? 'Nothing was ever applied here. The first apply records a state with what it made.'
          : `Version ${read.version} of the state is empty.`}
      </Empty>
    )
  }
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean)
  const found = sorted.filter((one) => {
    const text = `${one.address} ${one.type} ${one.id ?? ''}`.toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
  const shown = sorted.find((one) => keyOf(one) === open)
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-center gap-3">
        <Input
          type="search"
          aria-label="Search in the resources"
          placeholder="Address, type or id"
          value={search}
          onChange={(event) => onSearch(event.target.value)}
          className="max-w-md"
        />
        <span role="status" className="whitespace-nowrap text-muted text-sm tabular-nums">
          {found.length === sorted.length
            ? sorted.length.toLocaleString('en')
            : `${found.length.toLocaleString('en')} of ${sorted.length.toLocaleString('en')}`}
        </span>
      </div>
      {found.length === 0 ? (
        <Empty title="No resource matches">Search for a part of an address, a type or an id.</Empty>
      ) : (
        <ResourceList resources={found} onOpen={setOpen} />
      )}
      {shown && (
        <ResourceDrawer
          key={open}
          resource={shown}
          all={sorted}
          onGoTo={(address) =>
            setOpen(keyOf(sorted.find((one) => one.address === address) ?? shown))
          }
          onClose={() => setOpen((now) => (now === keyOf(shown) ? undefined : now))}
        />
      )}
    </div>
  )
}

function keyOf({ address, deposed }: Resource): string {
  return `${address} ${deposed ?? ''}`
}

function ResourceList(props: {
  resources: readonly Resource[]
  onOpen: (address: string) => void
}) {
  const { resources, onOpen } = props
  const scroller = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: resources.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 49,
    overscan: 10,
  })
  return (
    <section
      ref={scroller}
      aria-label="Resources"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="relative max-h-[max(24rem,calc(100dvh-12rem))] overflow-y-auto rounded-lg border border-line bg-surface"
    >
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const one = resources[index]
          if (one === undefined) return null
          return (
            <li
              key={keyOf(one)}
              ref={virtual.measureElement}
              data-index={index}
              aria-posinset={index + 1}
              aria-setsize={resources.length}
              className="absolute top-0 left-0 w-full border-line border-b"
              style={{ transform: `translateY(${start}px)` }}
            >
              <button
                type="button"
                onClick={() => onOpen(keyOf(one))}
                className="flex w-full flex-wrap items-baseline gap-x-4 gap-y-0.5 px-3 py-2 text-left hover:bg-hover focus-visible:outline-offset-[-2px]"
              >
                <span className="min-w-0 flex-1 basis-72 font-medium font-mono text-sm [overflow-wrap:anywhere]">
                  {plainText(one.address)}
                </span>
                <ResourceMarks resource={one} />
                {one.id !== undefined && (
                  <span className="max-w-80 truncate font-mono text-muted text-xs">
                    {plainText(one.id)}
                  </span>
                )}
              </button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** Why the content of a state cannot be shown. */
export function Hidden({ because }: { because: string }) {
  return <Empty title="This state cannot be shown">{plainText(because)}</Empty>
}
