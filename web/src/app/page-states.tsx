import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { LinkButton } from '../ui/link.tsx'
import { Empty, ErrorState, Skeleton, SkeletonRows } from '../ui/states.tsx'

/** A page that could not be shown. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const again = async () => {
    reset()
    await router.invalidate()
  }
  return (
    <div className="p-4">
      <ErrorState error={error} onRetry={again} />
    </div>
  )
}

/** A page that is being loaded. */
export function PagePending() {
  return (
    <div>
      <Skeleton className="mb-6 h-7 w-56" />
      <SkeletonRows />
    </div>
  )
}

/** An address that leads nowhere. */
export function PageMissing() {
  return (
    <div className="p-4">
      <Empty
        level={1}
        title="There is no such page"
        action={
          <LinkButton to="/" look="primary">
            Go to the overview
          </LinkButton>
        }
      >
        The address may be mistyped, or of a newer version of Portolan.
      </Empty>
    </div>
  )
}
