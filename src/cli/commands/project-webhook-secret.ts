import { NewWebhookSecret, ProjectForge } from '../../api/projects/forge-schema.ts'
import { invalid } from '../../platform/errors.ts'
import { type Call, exit } from '../call.ts'
import { demandServer } from '../remote/demand-server.ts'
import { type ServerConnection, segment } from '../remote/server-connection.ts'
import { forgeLines } from '../render/forge-view.ts'
import { readSecret } from '../secret-input.ts'

interface Flags {
  readonly endRotation?: boolean
  readonly secretStdin?: boolean
}

/** Makes a secret for the webhook of a project's host, and says what to enter there. */
export async function run(call: Call<Flags>): Promise<number> {
  const { flags } = call
  const server = await demandServer(call)
  if (flags.endRotation !== true) return makeSecret(call, server)
  if (flags.secretStdin !== true) return endRotation(call, server)
  throw invalid('ending a rotation takes no secret', { next: 'Leave one of the options out.' })
}

async function endRotation({ terminal, args }: Call<Flags>, server: ServerConnection) {
  const [name = ''] = args
  const at = `/projects/${segment(name)}/forge/secrets/old`
  const forge = await server.send('DELETE', at, ProjectForge)
  terminal.emit({ event: 'rotation_ended', project: name, ...forge })
  terminal.print(...forgeLines(name, forge, { style: terminal.style, now: new Date() }))
  return exit.done
}

async function makeSecret({ terminal, args, flags }: Call<Flags>, server: ServerConnection) {
  const [name = ''] = args
  const at = `/projects/${segment(name)}/forge`
  const given =
    flags.secretStdin === true ? await readSecret(terminal, 'Secret of the webhook: ') : undefined
  const body = { secret: given }
  const made = await server.send('POST', `${at}/secrets`, NewWebhookSecret, { body })
  const { webhookEvents, kind } = await server.get(at, ProjectForge)
  const { secret, ...others } = made
  // Whoever gave one knows it: it is in no log because of this.
  const shown = given === undefined ? { secret } : {}
  terminal.emit({ event: 'secret_made', project: name, ...others, ...shown, webhookEvents })
  terminal.print(
    `Address:  ${made.webhookUrl}`,
    ...(given === undefined ? [`Secret:   ${secret}`] : []),
    `Events:   ${webhookEvents.join(', ')}`,
    ...(kind === 'gitlab' ? [] : ['Content:  application/json']),
  )
  terminal.note(
    ...(given === undefined ? ['The secret is shown this once. Enter it on the host.'] : []),
    ...(made.accepted > 1
      ? [
          'The one before is accepted too, until:',
          `→ portolan project webhook-secret ${name} --end-rotation`,
        ]
      : []),
    `→ portolan project test ${name}`,
  )
  return exit.done
}
