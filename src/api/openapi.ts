import type { Hono } from 'hono'
import { generateSpecs } from 'hono-openapi'
import { permissionsOf } from '../access/index.ts'
import { version } from '../platform/version.ts'
import type { ApiEnv } from './deps.ts'

/** The OpenAPI 3.1 document of the API, made of its routes. */
export async function openApiDocument(api: Hono<ApiEnv>): Promise<object> {
  return generateSpecs(api, {
    documentation: {
      openapi: '3.1.0',
      info: {
        title: 'Portolan',
        version: version(),
        description: [
          'Everything that the web UI and the command line do.',
          '',
          'Refusals are problem+json (RFC 9457) with `detail` (what happened) and `next` (what to do).',
          'Lists are pages: give `next` as `cursor`. A POST with an `Idempotency-Key` is carried out once; one that was refused may be sent again with its key.',
          'Streams are server-sent events: `Last-Event-ID` goes on without a gap.',
          '`x-demands` says which permission a route asks for, `x-on` where it must hold. Roles:',
          '',
          ...Object.entries(permissionsOf).map(
            ([role, permitted]) => `- ${role}: ${permitted.join(', ')}`,
          ),
        ].join('\n'),
      },
      servers: [{ url: '/api/v1' }],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'An API token: `ptl_…`' },
          session: { type: 'apiKey', in: 'cookie', name: 'portolan_session' },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    defaultValidationErrorResponse: false,
  })
}
