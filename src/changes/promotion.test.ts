import { describe, expect, test } from 'vitest'
import { type LastRun, notPromoted, type PromotedNode, type Promotion } from './promotion.ts'

function aNode(name: string, parts: Partial<PromotedNode> = {}): PromotedNode {
  const [component = ''] = name.split('@')
  return { name, component, promoted: true, sourceDigest: 's1', result: 'planned', ...parts }
}

const lastApplied: LastRun = {
  run: 12,
  operation: 'apply',
  status: 'applied',
  reason: undefined,
  sourceDigest: 's1',
}

function missing(parts: Partial<Promotion>) {
  return notPromoted({ after: 'dev', here: [], before: [], history: new Map(), ...parts })
}

describe('in a change that goes through the environment before', () => {
  test.each(['applied', 'unchanged', 'skipped'] as const)(
    'what is %s there may go on',
    (result) => {
      expect(missing({ here: [aNode('db@prod')], before: [aNode('db@dev', { result })] })).toEqual(
        [],
      )
    },
  )

  test.each([
    'pending',
    'planned',
    'provisional',
    'deferred',
    'applying',
    'failed',
    'blocked',
    'cancelled',
    'unknown',
  ] as const)('what is %s there may not', (result) => {
    const before = [aNode('db@dev', { result })]
    expect(missing({ here: [aNode('db@prod')], before })).toEqual([`db@dev is ${result}`])
  })

  test('history does not count while it has a say itself', () => {
    const history = new Map([['db', lastApplied]])
    const before = [aNode('db@dev')]
    expect(missing({ here: [aNode('db@prod')], before, history })).toEqual(['db@dev is planned'])
  })

  test('one that waits holds back all of the environment', () => {
    const here = [aNode('api@prod'), aNode('db@prod')]
    const before = [aNode('api@dev', { result: 'applied' }), aNode('db@dev', { result: 'failed' })]
    expect(missing({ here, before })).toEqual(['db@dev is failed'])
  })

  test('what exists nowhere before goes when everything else there is done', () => {
    const here = [aNode('cdn@prod', { promoted: false })]
    const done = aNode('db@dev', { result: 'applied' })
    expect(missing({ here, before: [done, aNode('api@dev')] })).toEqual(['api@dev is planned'])
    expect(missing({ here, before: [done] })).toEqual([])
  })

  test('what is skipped here has nothing to prove', () => {
    const here = [aNode('db@prod', { result: 'skipped' })]
    expect(missing({ here, before: [aNode('db@dev')] })).toEqual([])
  })
})

describe('in a change that leaves the environment before alone', () => {
  const here = [aNode('db@prod')]
  function sentencesFor(last: Partial<LastRun> | undefined) {
    return missing({
      here,
      history: new Map(last === undefined ? [] : [['db', { ...lastApplied, ...last }]]),
    })
  }

  test('what was last brought there from the same sources may go on', () => {
    expect(sentencesFor({})).toEqual([])
    expect(sentencesFor({ status: 'unchanged' })).toEqual([])
    expect(sentencesFor({ status: 'closed', reason: 'skipped: not here' })).toEqual([])
  })

  test.each<[string, Partial<LastRun> | undefined, string]>([
    ['was never there', undefined, 'db@dev was never applied'],
    [
      'came from other sources',
      { sourceDigest: 's0' },
      'db@dev was last applied from other sources (run-12)',
    ],
    [
      'came from nobody knows where',
      { sourceDigest: undefined },
      'db@dev was last applied from other sources (run-12)',
    ],
    ['failed', { status: 'failed', reason: 'no quota' }, 'db@dev is failed (run-12)'],
    ['was cancelled', { status: 'cancelled' }, 'db@dev is cancelled (run-12)'],
    ['has an end that nobody saw', { status: 'unknown' }, 'db@dev is unknown (run-12)'],
    ['is on its way', { status: 'applying' }, 'db@dev is applying (run-12)'],
    ['was destroyed', { operation: 'destroy' }, 'db@dev was destroyed (run-12)'],
    [
      'was closed for another reason',
      { status: 'closed', reason: 'superseded by run-13' },
      'db@dev is cancelled (run-12)',
    ],
  ])('what %s may not', (_case, last, sentence) => {
    expect(sentencesFor(last)).toEqual([sentence])
  })

  test('what exists nowhere before may go on', () => {
    expect(missing({ here: [aNode('cdn@prod', { promoted: false })] })).toEqual([])
  })
})
