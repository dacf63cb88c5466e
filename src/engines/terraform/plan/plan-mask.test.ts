import { expect, test } from 'vitest'
import { mask } from '../../../secrets/index.ts'
import { readPlanJson } from './plan-mask.ts'

const plan = {
  format_version: '1.2',
  errored: false,
  variables: { open: { value: 'open-value' }, closed: { value: ['variable-secret'] } },
  configuration: {
    root_module: {
      variables: { open: { default: 'x' }, closed: { sensitive: true, default: 'default-secret' } },
      module_calls: {
        m: { module: { variables: { inner: { sensitive: true, default: 'inner-secret' } } } },
      },
    },
  },
  planned_values: {
    outputs: { o: { sensitive: true, value: 'output-secret' }, p: { sensitive: false, value: 1 } },
    root_module: {
      resources: [
        {
          address: 'a.b',
          values: {
            list: ['x', 'list-secret'],
            map: { k: 'map-secret', l: 'y' },
            whole: { z: 'whole-secret' },
          },
          sensitive_values: { list: [false, true], map: { k: true }, whole: true },
        },
      ],
      child_modules: [
        {
          resources: [
            { address: 'c.d', values: { x: 'child-secret' }, sensitive_values: { x: true } },
          ],
        },
      ],
    },
  },
  prior_state: {
    values: { outputs: { q: { sensitive: true, value: 12345678 } }, root_module: {} },
  },
  resource_changes: [
    {
      address: 'a.b',
      change: {
        actions: ['update'],
        before: { x: 'before-secret', y: 'known' },
        after: { x: 'after-secret', y: 'copy of before-secret and 12345678' },
        before_sensitive: { x: true },
        after_sensitive: { x: true },
      },
    },
    { address: 'e.f', change: { actions: ['no-op'], before: null, after: null } },
  ],
  resource_drift: [
    {
      address: 'g.h',
      change: { actions: ['update'], before: 'drift-secret', before_sensitive: true },
    },
  ],
  output_changes: {
    o: { actions: ['create'], before: null, after: 'changed-secret', after_sensitive: true },
  },
}

test('every value that is marked is replaced and known, wherever it stands', () => {
  const read = readPlanJson(JSON.stringify(plan))
  expect([...read.secrets].sort()).toEqual(
    [
      'variable-secret',
      'default-secret',
      'inner-secret',
      'output-secret',
      'list-secret',
      'map-secret',
      'whole-secret',
      'child-secret',
      '12345678',
      'before-secret',
      'after-secret',
      'drift-secret',
      'changed-secret',
    ].sort(),
  )
  const masked = read.masked((text) => text)
  expect(masked.replace('copy of before-secret and', '')).not.toMatch(/[a-z]+-secret/)
  expect(JSON.parse(masked)).toMatchObject({
    resource_changes: [{ change: { after: { x: mask } } }, { address: 'e.f' }],
    resource_drift: [{ change: { before: mask } }],
    output_changes: { o: { after: mask } },
  })
})

test('every other text goes through the redactor', () => {
  const read = readPlanJson(JSON.stringify(plan))
  const masked = read.masked((text) => text.replaceAll('before-secret', '*'))
  expect(masked).toContain('copy of * and')
})

test('it counts what it changes', () => {
  expect(readPlanJson(JSON.stringify(plan))).toMatchObject({ changes: 1, errored: false })
  expect(readPlanJson('{"errored":true}')).toMatchObject({ changes: 0, errored: true })
})

test('numbers keep their digits, and strange keys are keys', () => {
  const numbers =
    '{"a":9007199254740993,"b":1e400,"c":0.1234567890123456789,"__proto__":{"x":1},"d":1.0}'
  const masked = readPlanJson(`{"output_changes":{"o":{"after":${numbers}}}}`).masked(
    (value) => value,
  )
  expect(masked).toContain(numbers)
})
