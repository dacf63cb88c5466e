import { layoutGraph } from './layout.ts'

/** Hundreds of nodes take a moment that nobody should wait for. */
self.onmessage = ({ data }: MessageEvent<string>) => {
  self.postMessage(layoutGraph(JSON.parse(data)))
}
