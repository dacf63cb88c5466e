import { describe, expect, test } from 'vitest'
import { applyArguments, planArguments } from './command.ts'

const request = { operation: 'apply', targets: [], replace: [], refresh: true } as const

describe('how much Terraform does at once', () => {
  test("is Terraform's own business when nobody says", () => {
    const all = [...planArguments(request, 'p', []), ...applyArguments('p', [], {})]
    expect(all.filter((argument) => argument.startsWith('-parallelism'))).toEqual([])
  })

  test('is said to plan and to apply', () => {
    expect(planArguments({ ...request, parallelism: 3 }, 'p', [])).toContain('-parallelism=3')
    const apply = applyArguments('p', [], { parallelism: 3 })
    expect(apply).toContain('-parallelism=3')
    expect(apply.at(-1)).toBe('p')
  })
})
