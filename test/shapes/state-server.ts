import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'

export interface StateServer extends AsyncDisposable {
  readonly url: string
}

/** An `http` backend that is not Portolan: what a team used before. It keeps everything in memory. */
export async function startStateServer(): Promise<StateServer> {
  const states = new Map<string, Buffer>()
  const server = createServer(async (request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname
    const body = await buffer(request)
    if (request.method === 'POST') states.set(name, body)
    const state = request.method === 'GET' ? states.get(name) : Buffer.alloc(0)
    response.writeHead(state === undefined ? 404 : 200).end(state)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
