import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { summaryOf } from '../../../../test/support/change-events.ts'
import { eventDocs } from '../../../../test/support/event-docs.ts'
import type { ChangeEvent } from '../../../changes/index.ts'
import { changeEventJson } from './event-json.ts'

const event: ChangeEvent = {
  at: new Date('2026-03-02T09:00:00.250Z'),
  change: 7,
  event: 'workspace',
  workspace: 'db@dev',
  result: 'planned',
  because: undefined,
  run: 42,
  runStatus: 'planned',
  summary: summaryOf({
    summary: {
      changes: [
        {
          address: 'a.b',
          type: 'a',
          action: 'replace',
          reason: undefined,
          replacePaths: ['name'],
          previousAddress: 'a.c',
        },
      ],
    },
  }),
}

describe('an event as JSON', () => {
  test('has names as commands take them, dates as ISO 8601, and nothing that is not known', () => {
    const { summary, ...fields } = changeEventJson(event)
    expect(fields).toEqual({
      event: 'workspace',
      at: '2026-03-02T09:00:00.250Z',
      change: 'change-7',
      workspace: 'db@dev',
      result: 'planned',
      run: 'run-42',
      run_status: 'planned',
    })
    expect(summary).toMatchObject({
      create: 1,
      changes: [{ action: 'replace', replace_paths: ['name'], previous_address: 'a.c' }],
    })
  })

  test('keeps every digit of a number', () => {
    const large = { ...event, summary: { ...summaryOf({}), create: 2n ** 64n } }
    // Nothing in an event is as large today; what is recorded of values may be.
    const line = JSON.stringify(changeEventJson(large as unknown as ChangeEvent))
    expect(line).toContain('"create":18446744073709551616')
  })

  test('is described in docs/events.md', async () => {
    const file = fileURLToPath(new URL('../../../../docs/events.md', import.meta.url))
    if (process.env['PORTOLAN_WRITE_DOCS'] !== undefined) await writeFile(file, eventDocs())
    expect(await readFile(file, 'utf8')).toBe(eventDocs())
  })
})
