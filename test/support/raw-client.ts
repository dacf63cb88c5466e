import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface RawRequest {
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** Sends a request exactly so: nothing mends the path, nothing follows a redirect. */
export async function send(
  server: string,
  method: string,
  path: string,
  { token, headers = {}, body }: RawRequest = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(server)
  const authorization: Record<string, string> =
    token === undefined ? {} : { authorization: basic(token) }
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path, headers: { ...authorization, ...headers }, agent: false },
      (reply) => {
        const chunks: Buffer[] = []
        reply.on('data', (chunk: Buffer) => chunks.push(chunk))
        reply.once('error', reject)
        reply.once('end', () =>
          resolve({
            status: reply.statusCode ?? 0,
            headers: reply.headers,
            body: Buffer.concat(chunks),
          }),
        )
      },
    )
    sent.once('error', reject)
    sent.end(body)
  })
}

export function basic(token: string): string {
  return `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}`
}

/** Writes bytes to a connection of its own; what came back until it was closed. */
export async function sendBytes(server: string, text: string, hangUp = false): Promise<string> {
  const { hostname, port } = new URL(server)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    let said = ''
    socket.on('data', (bytes) => {
      said += bytes.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.once('close', () => resolve(said))
    socket.write(text, () => hangUp && socket.destroy())
  })
}

/** Sends a byte every few milliseconds until the server ends the connection; what it said. */
export async function drip(server: string, start: string): Promise<string> {
  const { hostname, port } = new URL(server)
  const socket = connect(Number(port), hostname)
  const timer = setInterval(() => socket.write(' '), 20)
  let said = ''
  socket.on('data', (bytes) => {
    said += bytes.toString('latin1')
  })
  socket.on('error', () => undefined)
  socket.write(start)
  await new Promise((resolve) => socket.once('close', resolve))
  clearInterval(timer)
  return said
}

interface StateShape {
  readonly serial: number
  readonly lineage?: string
  /** How many resources, or their names. */
  readonly resources?: readonly string[]
  readonly output?: string
}

/** A state as Terraform writes it. */
export function stateText({ serial, lineage = 'line', resources = ['a'], output }: StateShape) {
  return `${JSON.stringify(
    {
      version: 4,
      terraform_version: '1.11.4',
      serial,
      lineage,
      outputs: output === undefined ? {} : { it: { value: output, type: 'string' } },
      resources: resources.map((name) => ({
        mode: 'managed',
        type: 'terraform_data',
        name,
        provider: 'provider["terraform.io/builtin/terraform"]',
        instances: [
          {
            schema_version: 0,
            attributes: { id: name, input: null, output: null, triggers_replace: null },
            sensitive_attributes: [],
          },
        ],
      })),
      check_results: null,
    },
    null,
    2,
  )}\n`
}

/** Lock information as Terraform sends it. */
export function lockText(id: string, who = 'alice@laptop', operation = 'OperationTypeApply') {
  return JSON.stringify({
    ID: id,
    Operation: operation,
    Info: '',
    Who: who,
    Version: '1.11.4',
    Created: '2026-05-01T12:03:04.000000005Z',
    Path: '',
  })
}
