import type { LogLine } from '../../runs/index.ts'

/** The output of a run as a stream of text, read page by page: it may be longer than memory likes. */
export function rawLog(
  piecesAfter: (seq: number) => Promise<readonly LogLine[]>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let last = 0
  return new ReadableStream({
    async pull(controller) {
      const pieces = await piecesAfter(last)
      const end = pieces.at(-1)
      if (end === undefined) return controller.close()
      last = end.seq
      controller.enqueue(encoder.encode(pieces.map(({ text }) => text).join('')))
    },
  })
}
