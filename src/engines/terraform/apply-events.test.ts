import { expect, test } from 'vitest'
import { readApplyLine } from './apply-events.ts'

const event = (fields: object) =>
  JSON.stringify({ '@level': 'info', '@message': 'said', '@module': 'terraform.ui', ...fields })

test('a finished resource is text and journal', () => {
  const resource = { addr: 'a.b' }
  const hook = { resource, action: 'create', id_key: 'id', id_value: 'i-1', elapsed_seconds: 2 }
  expect(readApplyLine(event({ type: 'apply_complete', hook }))).toEqual({
    text: 'said',
    error: undefined,
    progress: {
      address: 'a.b',
      status: 'done',
      action: 'create',
      seconds: 2,
      idKey: 'id',
      idValue: 'i-1',
    },
  })
  expect(readApplyLine(event({ type: 'apply_errored', hook })).progress?.status).toBe('failed')
})

test('a diagnostic is text with its place, and an error is counted', () => {
  const diagnostic = {
    severity: 'error',
    summary: 'Bad',
    detail: 'Very bad.',
    address: 'a.b',
    range: { filename: 'main.tf', start: { line: 3 } },
    snippet: { code: 'x = y' },
  }
  expect(readApplyLine(event({ type: 'diagnostic', diagnostic }))).toEqual({
    text: '\nError: Bad\n  with a.b\n  on main.tf line 3:\n    x = y\nVery bad.\n',
    progress: undefined,
    error: 'Bad',
  })
})

test('outputs are shown with every digit, sensitive ones are not', () => {
  const line = event({
    type: 'outputs',
    outputs: { n: { value: 1 }, s: { sensitive: true, value: 'x' } },
  })
  const exact = line.replace('"value":1', '"value":9007199254740993')
  expect(readApplyLine(exact).text).toBe('\nOutputs:\n\nn = 9007199254740993\ns = <sensitive>')
  expect(readApplyLine(event({ type: 'outputs', outputs: {} })).text).toBeUndefined()
})

test('anything else is text as it stands', () => {
  for (const line of ['panic: oh no', '{"@level":', '{"a":1}', '', '{"@level":1,"@message":2}']) {
    expect(readApplyLine(line)).toEqual({ text: line, progress: undefined, error: undefined })
  }
})

test('of a line that was cut the message is told', () => {
  const line = event({ '@message': 'Error: too "long"', type: 'diagnostic' }).slice(0, -5)
  expect(readApplyLine(line, true)).toEqual({
    text: 'Error: too "long"',
    progress: undefined,
    error: 'too "long"',
  })
})
