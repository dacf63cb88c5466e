import { type Endpoint, mediaOf } from './open-api.ts'
import { exampleOf, type Resolve } from './schema.ts'

/** A command that calls an endpoint; what is in capitals in braces must be filled in. */
export function curlOf({ method, path, operation }: Endpoint, resolve: Resolve): string {
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => `{${name.toUpperCase()}}`)
  const body = mediaOf(operation.requestBody?.content)
  const open = operation['x-demands'] === 'nobody'
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}"$PORTOLAN_URL${address}"`,
    ...(open ? [] : ['-H "Authorization: Bearer $PORTOLAN_TOKEN"']),
    ...(body === undefined ? [] : [`-H 'Content-Type: ${body.media}'`, dataOf(body, resolve)]),
  ].join(' \\\n  ')
}

function dataOf(body: NonNullable<ReturnType<typeof mediaOf>>, resolve: Resolve): string {
  if (!body.media.includes('json')) return '--data-binary @FILE'
  const example = JSON.stringify(exampleOf(body.schema ?? {}, resolve), undefined, 2)
  return `-d '${example.replaceAll("'", String.raw`'\''`)}'`
}
