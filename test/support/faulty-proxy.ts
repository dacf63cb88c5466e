import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What goes wrong with one request. */
export type Fault =
  /** The server carries it out; its answer is lost with the connection. */
  | { readonly kind: 'drop-reply' }
  /** It never reaches the server. */
  | { readonly kind: 'drop-request' }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The server gets the headers and so many bytes of the body, then the connection breaks. */
  | { readonly kind: 'reset'; readonly after: number }
  /** The server gets a whole request, but only so many bytes of the body. */
  | { readonly kind: 'truncate'; readonly to: number }
  | { readonly kind: 'answer'; readonly status: number }
  /** The server gets it twice; the client sees the second answer. */
  | { readonly kind: 'duplicate' }

interface Rule {
  readonly method: string
  /** Counted from 1 for each method; `every` for all of them. */
  readonly nth: number | 'every'
  readonly fault: Fault
}

export interface FaultyProxy {
  readonly url: string
  /** Counts from now on. */
  fail(rule: Rule): void
  /** What the server was asked and answered, in order: `POST 200`. */
  readonly log: readonly string[]
  close(): Promise<void>
}

/** An HTTP proxy before the server at `target` that lets chosen requests go wrong. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const rules: (Rule & { seen: number })[] = []
  const log: string[] = []
  const server = createServer((incoming, answer) => {
    void relay(incoming, answer).catch(() => answer.destroy())
  })

  async function relay(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await collect(incoming)
    const fault = faultOf(incoming.method ?? '')
    switch (fault?.kind) {
      case undefined:
        return deliver(answer, await forward(incoming, body))
      case 'drop-request':
        return cut(answer)
      case 'drop-reply':
        await forward(incoming, body)
        return cut(answer)
      case 'delay':
        await new Promise((resolve) => setTimeout(resolve, fault.milliseconds))
        return deliver(answer, await forward(incoming, body))
      case 'reset':
        await forwardPart(incoming, body.subarray(0, fault.after))
        return cut(answer)
      case 'truncate':
        return deliver(answer, await forward(incoming, body.subarray(0, fault.to)))
      case 'answer':
        answer.writeHead(fault.status, { 'Content-Length': 0 }).end()
        return
      case 'duplicate':
        await forward(incoming, body)
        return deliver(answer, await forward(incoming, body))
    }
  }

  function faultOf(method: string): Fault | undefined {
    let found: Fault | undefined
    for (const rule of rules) {
      if (rule.method !== method) continue
      rule.seen += 1
      if (rule.nth === 'every' || rule.nth === rule.seen) found ??= rule.fault
    }
    return found
  }

  async function forward(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const headers = { ...incoming.headers, 'content-length': String(body.length) }
    delete headers['transfer-encoding']
    const answer = await new Promise<Answer>((resolve, reject) => {
      const sent = request(
        new URL(incoming.url ?? '', target),
        { method: incoming.method, headers, agent: false },
        (reply) => {
          collect(reply).then(
            (bytes) => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, bytes }),
            reject,
          )
        },
      )
      sent.once('error', reject)
      sent.end(body)
    })
    log.push(`${incoming.method} ${answer.status}`)
    return answer
  }

  /** Announces all and sends a part. */
  async function forwardPart(incoming: IncomingMessage, part: Buffer): Promise<void> {
    await new Promise<void>((resolve) => {
      const sent = request(new URL(incoming.url ?? '', target), {
        method: incoming.method,
        headers: incoming.headers,
        agent: false,
      })
      sent.once('error', () => resolve())
      sent.once('close', () => resolve())
      sent.write(part, () => sent.destroy())
    })
    log.push(`${incoming.method} reset`)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    log,
    fail: (rule) => rules.push({ ...rule, seen: 0 }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly bytes: Buffer
}

function deliver(answer: ServerResponse, reply: Answer): void {
  const headers = { ...reply.headers }
  delete headers.connection
  answer.writeHead(reply.status, headers).end(reply.bytes)
}

function cut(answer: ServerResponse): void {
  answer.socket?.destroy()
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
