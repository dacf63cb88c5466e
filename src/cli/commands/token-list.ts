import { type Call, exit } from '../call.ts'
import { shortActor } from '../render/run-view.ts'
import { table } from '../render/table.ts'
import { sanitiseLine } from '../render/text.ts'
import { ago, moment } from '../render/time.ts'
import { withPlace } from '../workspace/place.ts'

/** Lists API tokens, without the tokens. */
export async function run(call: Call): Promise<number> {
  const { terminal } = call
  return withPlace({ ...call, flags: {} }, async ({ services }) => {
    const tokens = await services.tokens.list()
    const now = new Date()
    terminal.emit({ tokens })
    terminal.print(
      ...table(
        tokens.map((token) => [
          terminal.style.bold(sanitiseLine(token.name)),
          sanitiseLine([token.permissions.join(' '), ...scope(token)].join(' ')),
          token.lastUsedAt === undefined ? 'never used' : `used ${ago(token.lastUsedAt, now)}`,
          validity(token, now),
          `by ${shortActor(token.createdBy)}`,
        ]),
      ),
    )
    if (tokens.length === 0)
      terminal.note('There are no tokens. Make one: portolan token create NAME')
    return exit.done
  })
}

/** Whose it is, and where it may be used. */
function scope({
  person,
  project,
  environment,
}: {
  readonly person?: string | undefined
  readonly project?: string | undefined
  readonly environment?: string | undefined
}): string[] {
  const place = [project, environment && `@${environment}`].filter(Boolean).join('')
  return [
    ...(place === '' ? [] : [`in ${place}`]),
    ...(person === undefined ? [] : [`as ${person}`]),
  ]
}

function validity(
  token: { readonly revokedAt: Date | undefined; readonly expiresAt: Date | undefined },
  now: Date,
): string {
  if (token.revokedAt !== undefined) return `revoked ${ago(token.revokedAt, now)}`
  if (token.expiresAt === undefined) return 'does not expire'
  return token.expiresAt < now
    ? `expired ${ago(token.expiresAt, now)}`
    : `until ${moment(token.expiresAt)}`
}
