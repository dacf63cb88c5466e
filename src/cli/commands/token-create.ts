import { invalid } from '../../platform/errors.ts'
import { type Call, exit } from '../call.ts'
import { moment, parseDuration } from '../render/time.ts'
import { withPlace } from '../workspace/place.ts'

interface Flags {
  readonly permission?: readonly string[]
  readonly expires?: string
}

/** Makes an API token and shows it, once. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, flags } = call
  const [name = ''] = call.args
  const expiresAt = flags.expires === undefined ? undefined : momentAfter(flags.expires)
  return withPlace({ ...call, flags: {} }, async ({ services, location }) => {
    const made = await services.tokens.create({
      name,
      permissions: flags.permission ?? ['state:read', 'state:write'],
      actor: location.actor,
      ...(expiresAt === undefined ? {} : { expiresAt }),
    })
    terminal.emit({ event: 'token_created', token: made.token, ...made.record })
    terminal.note(
      `The token ${terminal.style.bold(name)} may: ${made.record.permissions.join(', ')}${expiresAt === undefined ? '' : `, until ${moment(expiresAt)}`}.`,
      'It is shown this once and stored nowhere:',
    )
    terminal.print(made.token)
    terminal.note(
      `${terminal.style.accent('→')} export TF_HTTP_PASSWORD=…   for a backend "http" block (portolan server prints one)`,
    )
    return exit.done
  })
}

function momentAfter(text: string): Date {
  const duration = parseDuration(text)
  if (duration !== undefined && duration > 0) return new Date(Date.now() + duration)
  throw invalid(`--expires ${JSON.stringify(text)} is no duration`, {
    next: 'Write 90m, 12h, 30d or 4w.',
  })
}
