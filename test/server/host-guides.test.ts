import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { appEvents, webhookEvents } from '../../src/api/projects/present-forge.ts'
import { ways } from '../../web/src/features/projects/forge/ways.ts'

const documentOf = async (name: string) => {
  const text = await readFile(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8')
  return text.replace(/\s+/g, ' ').toLowerCase()
}

const listed = (events: readonly string[]) => events.join(', ').toLowerCase()

test.for(['github', 'gitlab', 'gitea'] as const)(
  'the webhook of %s has the same events wherever somebody reads which',
  async (kind) => {
    expect(await documentOf(kind)).toContain(listed(webhookEvents[kind]))
    expect(await documentOf('webhooks')).toContain(listed(webhookEvents[kind]))
  },
)

test('so has that of an App, which calls them otherwise', async () => {
  expect(await documentOf('github')).toContain(listed(appEvents))
})

test('an App is given what the documentation has it given', async () => {
  const text = await documentOf('github')
  const app = ways.find(({ id }) => id === 'github-app')
  const ticks = app?.steps.flatMap((step) => step.ticks ?? []) ?? []
  expect(ticks).toContain('Checks: read-only')
  for (const tick of ticks.filter((one) => !one.startsWith('Members'))) {
    const [name = '', access = ''] = tick.toLowerCase().split(': ')
    expect(text).toContain(`| ${name} | ${access} |`)
  }
})
