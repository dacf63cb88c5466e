import { expect, test } from 'vitest'
import type { ForgeCheck } from '../../forges/index.ts'
import { presentVerdict } from './present-forge.ts'

type Check = readonly [name: ForgeCheck['name'], verdict: ForgeCheck['verdict']]

const all: readonly Check[] = [
  ['credentials', 'works'],
  ['repository', 'works'],
  ['comments', 'works'],
  ['webhook', 'unknown'],
]

test.for([
  [true, all],
  [true, []],
  [false, [...all, ['merge', 'fails']]],
  [false, [['credentials', 'fails']]],
  [false, [['credentials', 'unknown'], ...all.slice(1)]],
  [false, [all[0], ['repository', 'unknown']]],
] as readonly (readonly [boolean, readonly Check[]])[])(
  'whether it works: %s of %o',
  ([works, checks]) => {
    const given = checks.map(([name, verdict]) => ({
      name,
      verdict,
      sentence: '',
      next: undefined,
    }))
    const sentence = { sentence: '' }
    expect(presentVerdict(given)).toEqual({
      works,
      checks: checks.map(([name, verdict]) => ({ name, verdict, ...sentence })),
    })
  },
)
