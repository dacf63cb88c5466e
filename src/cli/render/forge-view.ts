import type { z } from 'zod'
import type { ForgeVerdict, ProjectForge } from '../../api/projects/forge-schema.ts'
import type { Style } from './style.ts'
import { plural, sanitiseLine } from './text.ts'
import { ago } from './time.ts'

/** How a project's host is spoken to, as lines. */
export function forgeLines(
  project: string,
  forge: z.output<typeof ProjectForge>,
  { style, now }: { readonly style: Style; readonly now: Date },
): string[] {
  const { kind, repository, host, apiUrl } = forge
  if (kind === 'git') {
    return [`${style.bold(sanitiseLine(project))}  plain git: portolan propose makes pull requests`]
  }
  const place = sanitiseLine(`${repository} on ${host}`)
  return [
    `${style.bold(sanitiseLine(project))}  ${place} ${style.dim(`(${kind}, ${sanitiseLine(apiUrl ?? '')})`)}`,
    `  ${credentials(forge)}; ${secrets(forge)}`,
    ...roles(forge).map((line) => `  ${sanitiseLine(line)}`),
    ...news(forge, now).map((line) => `  ${line}`),
    ...(forge.pollError === undefined ? [] : [`  ${style.bad(sanitiseLine(forge.pollError))}`]),
  ]
}

type Forge = z.output<typeof ProjectForge>

function credentials({ credentials: type }: Forge): string {
  return type === 'app' ? 'as a GitHub App' : 'with a token'
}

function secrets({ secrets: count }: Forge): string {
  if (count === 0) return 'no secret for its webhook yet'
  return count === 1
    ? 'its webhook is verified'
    : 'its webhook is verified by either of two secrets'
}

function roles({ settings }: Forge): string[] {
  const { hostRoles = {}, botLogin, customWorkflows } = settings ?? {}
  const given = Object.entries(hostRoles).map(([may, role]) => `${may} there is ${role} here`)
  return [
    ...(given.length === 0 ? [] : [`who is nobody here: ${given.join(', ')}`]),
    ...(botLogin === undefined ? [] : [`called @${botLogin}`]),
    ...(customWorkflows === true ? ['commands of its workflows are run'] : []),
  ]
}

function news({ lastDeliveryAt, polledAt }: Forge, now: Date): string[] {
  const when = (moment: string | undefined) =>
    moment === undefined ? 'never' : ago(new Date(moment), now)
  return [`webhook last heard of: ${when(lastDeliveryAt)}; looked there: ${when(polledAt)}`]
}

const marks = { works: '✓', fails: '✗', unknown: '?' } as const

/** What of a set-up works, and what to do about the rest. */
export function verdictLines({ checks }: z.output<typeof ForgeVerdict>, style: Style): string[] {
  const paint = { works: style.good, fails: style.bad, unknown: style.warn }
  return checks.flatMap(({ name, verdict, sentence, next }) => [
    `${paint[verdict](marks[verdict])} ${style.bold(name.padEnd(11))} ${sanitiseLine(sentence)}`,
    ...(next === undefined
      ? []
      : [`  ${' '.repeat(11)} ${style.accent('→')} ${sanitiseLine(next)}`]),
  ])
}

/** Whether a set-up works, in words. */
export function verdictSentence({ works, checks }: z.output<typeof ForgeVerdict>): string {
  if (works) return 'It works.'
  const failed = checks.filter(({ verdict }) => verdict === 'fails').length
  return failed === 0 ? 'Nobody knows whether it works.' : `${plural(failed, 'check')} failed.`
}
