import { useEffect, useMemo, useState } from 'react'
import type { GraphInput, GraphLayout } from './drawing.ts'

interface Found {
  readonly asked: string
  readonly layout: GraphLayout
}

/** Where everything is drawn, found beside the page's own work; undefined until it is known. */
export function useLayout(input: GraphInput): GraphLayout | undefined {
  const asked = useMemo(() => JSON.stringify(input), [input])
  const [found, setFound] = useState<Found>()
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    const stop = new AbortController()
    layoutBeside(asked, stop.signal)
      .catch(() => layoutHere(input))
      .then((layout) => {
        if (!stop.signal.aborted) setFound({ asked, layout })
      })
      .catch(setError)
    return () => stop.abort()
  }, [asked, input])
  if (error !== undefined) throw error
  return found?.asked === asked ? found.layout : undefined
}

/** In a worker. @throws when there is none: a server of another version has no file of this name */
function layoutBeside(asked: string, signal: AbortSignal): Promise<GraphLayout> {
  const worker = new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' })
  return new Promise<GraphLayout>((resolve, reject) => {
    signal.addEventListener('abort', () => worker.terminate())
    worker.onmessage = ({ data }: MessageEvent<GraphLayout>) => resolve(data)
    worker.onerror = reject
    worker.postMessage(asked)
  }).finally(() => worker.terminate())
}

async function layoutHere(input: GraphInput): Promise<GraphLayout> {
  const { layoutGraph } = await import('./layout.ts')
  return layoutGraph(input)
}
