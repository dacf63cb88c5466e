import { describe, expect, test } from 'vitest'
import { relevantLines } from './relevant.ts'

describe('what matters of a failed log', () => {
  test('is its errors, without frames, warnings and what was said before', () => {
    const log = `a.b: Creating...
╷
│ Warning: old
│
│   on main.tf line 1:
╵
╷
│ Error: quota exceeded
│
│   with aws_eip.nat,
│   on main.tf line 3, in resource "aws_eip" "nat":
│    3: resource "aws_eip" "nat" {}
╵
`
    expect(relevantLines(log)).toEqual([
      'Error: quota exceeded',
      '  with aws_eip.nat,',
      '  on main.tf line 3, in resource "aws_eip" "nat":',
      '   3: resource "aws_eip" "nat" {}',
    ])
  })

  test('is said once of many instances', () => {
    const one = (at: string) => `Error: quota exceeded\n\n  with aws_eip.nat[${at}],\n\n`
    expect(relevantLines(`${one('0') + one('1') + one('"blue"')}Error: other\n`)).toEqual([
      'Error: quota exceeded',
      '  with aws_eip.nat[0],',
      '(and 2 more like this)',
      'Error: other',
    ])
  })

  test('is the last lines when there is no error in it, and never more than twenty', () => {
    const lines = Array.from({ length: 50 }, (_, at) => `line ${at}`)
    expect(relevantLines(lines.join('\n')).at(0)).toBe('line 30')
    const errors = lines.map((line) => `Error: ${line}`).join('\n')
    expect(relevantLines(errors)).toHaveLength(20)
    expect(relevantLines(errors).at(-1)).toBe('… 31 more lines')
  })
})
