import { describe, expect, test } from 'vitest'
import { machineFault } from './fault.ts'

const fault = (code: string, path?: string) =>
  Object.assign(new Error(`${code}: something`), { code, ...(path === undefined ? {} : { path }) })

describe('what the machine does not let Portolan do', () => {
  test('is told apart from a bug, with what to do', () => {
    expect(machineFault(fault('ENOSPC'))?.message).toBe('the disk is full')
    expect(machineFault(fault('53100'))?.next).toContain('Free some space')
    expect(machineFault(fault('EACCES', '/data/x'))?.message).toBe(
      '/data/x cannot be used: permission denied',
    )
  })

  test('is not everything: without a file nobody could act on it', () => {
    expect(machineFault(fault('EACCES'))).toBeUndefined()
    expect(machineFault(fault('ENOENT', '/data/x'))).toBeUndefined()
    expect(machineFault(new Error('x'))).toBeUndefined()
  })
})
