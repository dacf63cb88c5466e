import { useReactFlow } from '@xyflow/react'
import { type RefObject, useEffect, useEffectEvent } from 'react'
import type { GraphLayout } from './drawing.ts'
import { firstView } from './first-view.ts'

export interface FirstViewOptions {
  readonly root: RefObject<HTMLElement | null>
  readonly layout: GraphLayout
  readonly selected: string | undefined
}

/** Shows what is to be seen first; again when the room for it changes, or there is another drawing. */
export function useFirstView({ root, layout, selected }: FirstViewOptions): void {
  const { setViewport } = useReactFlow()
  const show = useEffectEvent((width: number, height: number) => {
    setViewport(firstView(layout, { width, height }, selected)).catch(() => undefined)
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another drawing is shown from its beginning
  useEffect(() => {
    if (root.current === null) return
    let shown: number | undefined
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return
      const { width, height } = entry.contentRect
      if (shown !== undefined && Math.abs(width - shown) < 40) return
      shown = width
      show(width, height)
    })
    observer.observe(root.current)
    return () => observer.disconnect()
  }, [root, layout])
}
