import { expect, test } from 'vitest'
import type { Resource } from '../../lib/types.ts'
import { configAddress, neighboursOf } from './dependents.ts'

function resource(address: string, ...dependencies: string[]): Resource {
  return { address, dependencies } as unknown as Resource
}

test('an address without its keys, whatever is in them', () => {
  expect(configAddress('module.a["x[0]"].b.c[12]')).toBe('module.a.b.c')
  expect(configAddress('module.a["say \\"hi\\" [1]"].b.c["d.e"]')).toBe('module.a.b.c')
})

test('dependencies name resources, and mean their instances', () => {
  const net = resource('module.net["eu"].aws_vpc.main')
  const subnets = [0, 1].map((at) => resource(`aws_subnet.s[${at}]`, 'module.net.aws_vpc.main'))
  const server = resource('aws_instance.web', 'aws_subnet.s', 'module.net.aws_vpc.main')
  const all = [net, ...subnets, server]
  expect(neighboursOf(server, all)).toEqual({
    needs: ['module.net["eu"].aws_vpc.main', 'aws_subnet.s[0]', 'aws_subnet.s[1]'],
    neededBy: [],
  })
  expect(neighboursOf(net, all).neededBy).toEqual([
    'aws_subnet.s[0]',
    'aws_subnet.s[1]',
    'aws_instance.web',
  ])
})
