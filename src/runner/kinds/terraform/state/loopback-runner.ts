import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { LiveState } from '../../../state/live-state.ts'
import { markOf } from '../../../state/state-bytes.ts'

/** A state that Terraform reads and writes over HTTP, on this machine only, without locks. */
export interface LoopbackState {
  readonly address: string
  /** The last complete state that was posted, whether or not it landed on the server. */
  readonly posted: Buffer | undefined
  close(): Promise<void>
}

const largest = 1024 * 1024 * 1024

/** Shorter than Terraform's patience is endless: it would hang on a request that is not answered. */
const writeDeadline = 30_000

/**
 * Serves the state to Terraform's `http` backend at an address that nobody else knows. A write is
 * answered with 200 once the server has it, with 503 when it could not be stored in time:
 * Terraform then tries again, and after that leaves an `errored.tfstate`.
 */
export async function serveState(
  current: Buffer | undefined,
  live: LiveState,
): Promise<LoopbackState> {
  const path = `/${randomBytes(24).toString('base64url')}`
  let posted: Buffer | undefined
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isSame(request.url ?? '', path)) return reply(response, 404)
    if (request.method === 'GET') {
      const bytes = posted ?? current
      return bytes === undefined ? reply(response, 404) : reply(response, 200, bytes)
    }
    if (request.method !== 'POST') return reply(response, 405)
    const body = await readBody(request)
    if (body === undefined) return reply(response, 413)
    if (markOf(body) === undefined) return reply(response, 400)
    posted = body
    live.offer(body)
    return reply(response, (await live.settle(writeDeadline)) ? 200 : 503)
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  return {
    address: `http://127.0.0.1:${port}${path}`,
    get posted() {
      return posted
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const piece = Buffer.from(chunk)
    size += piece.length
    if (size > largest) return undefined
    chunks.push(piece)
  }
  return Buffer.concat(chunks)
}

function reply(response: ServerResponse, status: number, body?: Buffer): void {
  response.writeHead(status, { 'content-length': body?.length ?? 0 })
  response.end(body)
}

function isSame(given: string, wanted: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(wanted)
  return a.length === b.length && timingSafeEqual(a, b)
}
