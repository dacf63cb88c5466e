import { useEffect, useMemo, useState } from 'react'
import type { GraphInput, GraphLayout } from './layout.ts'

/** Where everything is drawn, found beside the page's own work; undefined until it is known. */
export function useLayout(input: GraphInput): GraphLayout | undefined {
  const asked = useMemo(() => JSON.stringify(input), [input])
  const [found, setFound] = useState<{ readonly asked: string; readonly layout: GraphLayout }>()
  useEffect(() => {
    const worker = new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data }: MessageEvent<GraphLayout>) => {
      setFound({ asked, layout: data })
      worker.terminate()
    }
    worker.postMessage(asked)
    return () => worker.terminate()
  }, [asked])
  return found?.asked === asked ? found.layout : undefined
}
