import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { ErrorState, Loaded, SkeletonRows } from './states.tsx'

/** What `useInfiniteQuery` answers, as far as a list needs it. */
export interface PagedQuery<Item> {
  readonly data: { readonly pages: readonly { readonly items: readonly Item[] }[] } | undefined
  readonly error: unknown
  readonly refetch: () => unknown
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly isFetchNextPageError: boolean
  readonly fetchNextPage: () => unknown
}

export interface PagedProps<Item> {
  readonly query: PagedQuery<Item>
  /** Instead of a list without any item. */
  readonly empty: ReactNode
  readonly children: (items: readonly Item[]) => ReactNode
}

/** A list of which the newest are there, and older ones are loaded when somebody asks for them. */
export function Paged<Item>({ query, empty, children }: PagedProps<Item>) {
  const items = query.data?.pages.flatMap((page) => page.items)
  return (
    <>
      <Loaded query={{ ...query, data: items }} loading={<SkeletonRows rows={8} />}>
        {(all) => (all.length === 0 ? empty : children(all))}
      </Loaded>
      {query.isFetchNextPageError && (
        <div className="mt-3">
          <ErrorState as="box" error={query.error} onRetry={query.fetchNextPage} />
        </div>
      )}
      {query.hasNextPage && !query.isFetchNextPageError && (
        <div className="mt-3 flex justify-center">
          <Button busy={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            Show older
          </Button>
        </div>
      )}
    </>
  )
}
