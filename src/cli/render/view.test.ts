import { describe, expect, test } from 'vitest'
import { diffStates, parseState } from '../../state/index.ts'
import { errorText, planText } from './plan-text.ts'
import { renderProblem } from './problem.ts'
import { diffLines, outputLines, resourceLines } from './state-view.ts'
import { plain } from './style.ts'
import { table } from './table.ts'
import { ago, bytes, duration, parseDuration } from './time.ts'

function state(input: unknown) {
  return parseState(
    Buffer.from(
      JSON.stringify({
        version: 4,
        terraform_version: '1.11.4',
        serial: 3,
        lineage: 'l',
        outputs: {
          size: { value: [1, 'two'], type: 'dynamic' },
          key: { value: 's3cret-s3cret', type: 'string', sensitive: true },
        },
        resources: [
          {
            mode: 'managed',
            type: 'aws_vpc',
            name: 'main',
            provider: 'provider["registry.terraform.io/hashicorp/aws"]',
            instances: [{ schema_version: 0, attributes: { id: 'vpc-1', tags: { Name: input } } }],
          },
        ],
      }),
    ),
  )
}

describe('what is shown', () => {
  test('an error has one form: what happened, then what to do', () => {
    const problem = {
      code: 'conflict',
      message: 'it is locked',
      next: 'Wait.\nOr ask.',
      details: {},
    }
    expect(renderProblem(problem, plain)).toEqual(['error: it is locked', '→ Wait.', '  Or ask.'])
  })

  test('a resource is written as in the configuration language', () => {
    const [instance] = state('blue').resources
    expect(instance && resourceLines(instance, plain)).toEqual([
      'aws_vpc.main',
      'provider["registry.terraform.io/hashicorp/aws"]',
      '',
      'id   = "vpc-1"',
      'tags = {',
      '  Name = "blue"',
      '}',
    ])
  })

  test('a difference names each value; outputs keep their secrets', () => {
    expect(diffLines(diffStates(state('blue'), state('green')), plain)).toEqual([
      '~ aws_vpc.main',
      '    tags.Name: "blue" → "green"',
    ])
    expect(diffLines(diffStates(state('blue'), state('blue')), plain)).toEqual(['No difference.'])
    expect(outputLines(state('blue').outputs, plain)).toEqual([
      'size = [',
      '  1,',
      '  "two",',
      ']',
      'key  = (sensitive)',
    ])
  })

  test("Terraform's plan is shown without its small talk", () => {
    const text = `a.b: Refreshing state... [id=1]

Terraform will perform the following actions:

  # a.b will be destroyed
  - resource "a" "b" {}

Plan: 0 to add, 0 to change, 1 to destroy.
`
    expect(planText(text, plain)).toBe('  # a.b will be destroyed\n  - resource "a" "b" {}')
  })

  test('of a failed apply the errors are shown', () => {
    const text = 'a.b: Creating...\na.b: Creation errored after 1s\n\nError: no\n  with a.b\n'
    expect(errorText(text, plain)).toBe('Error: no\n  with a.b')
  })

  test('columns stand below one another, and the last is cut to the terminal', () => {
    expect(
      table(
        [
          ['a', 'bb', 'c'.repeat(30)],
          ['aaa', '日', 'd'],
        ],
        { width: 20 },
      ),
    ).toEqual(['a    bb  cccccccccc…', 'aaa  日  d'])
  })

  test('times and sizes are short', () => {
    const now = new Date('2026-03-01T12:00:00Z')
    const before = (seconds: number) => ago(new Date(now.getTime() - seconds * 1000), now)
    expect([10, 300, 7200, 90_000, 86_400 * 3, 86_400 * 30].map(before)).toEqual([
      'just now',
      '5 min ago',
      '2 h ago',
      'yesterday',
      '3 days ago',
      '2026-01-30',
    ])
    expect([4, 125, 3780].map(duration)).toEqual(['4s', '2m 05s', '1h 03m'])
    expect([999, 1400, 52_000_000].map(bytes)).toEqual(['999 B', '1.4 kB', '52 MB'])
    expect([parseDuration('30d'), parseDuration('x')]).toEqual([30 * 86_400_000, undefined])
  })
})
