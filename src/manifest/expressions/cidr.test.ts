import { tmpdir } from 'node:os'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runCommand } from '../../platform/process/process.ts'
import { cidrSubnet } from './cidr.ts'

type Question = readonly [prefix: string, newBits: number, number: number]

const written: readonly Question[] = [
  ['10.0.0.0/16', 8, 2],
  ['10.1.2.3/16', 8, 255],
  ['10.0.0.0/16', 0, 0],
  ['10.0.0.0/16', 8, 256],
  ['10.0.0.0/16', 17, 0],
  ['10.0.0.0/33', 1, 0],
  ['10.0.0.256/16', 1, 0],
  ['10.0.0.0', 1, 0],
  ['0.0.0.0/0', 32, 4294967295],
  ['fd00:fd12:3456:7890::/56', 16, 162],
  ['2001:db8::/32', 64, 9007199254740991],
  ['2001:db8:0:0:1:0:0:1/64', 63, 1],
  ['::/0', 128, 1],
  ['::1.2.3.4/96', 8, 1],
  ['1:2:3:4:5:6:7:8/128', 0, 0],
  ['1::2::3/64', 1, 0],
  ['1:2:3/64', 1, 0],
]

const addresses = fc.oneof(fc.tuple(fc.ipV4(), fc.nat(32)), fc.tuple(fc.ipV6(), fc.nat(128)))

/** What Terraform says to all of them at once; null where it refuses. */
async function terraform(questions: readonly Question[]): Promise<(string | null)[]> {
  const calls = questions.map(
    ([prefix, bits, number]) => `try(cidrsubnet("${prefix}", ${bits}, ${number}), null)`,
  )
  const { stdout } = await runCommand('terraform', ['console'], {
    cwd: tmpdir(),
    env: {
      PATH: process.env['PATH'] ?? '',
      TF_CLI_CONFIG_FILE: '/dev/null',
      CHECKPOINT_DISABLE: '1',
    },
    input: `jsonencode([${calls.join(', ')}])\n`,
  })
  return JSON.parse(JSON.parse(stdout.toString('utf8')))
}

test('subnets are those of Terraform', async () => {
  const drawn = fc.sample(
    fc.tuple(addresses, fc.nat(40), fc.oneof(fc.nat(20), fc.nat(2 ** 31 - 1))),
    { numRuns: 300, seed: 7 },
  )
  const questions = [
    ...written,
    ...drawn.map(
      ([[address, length], bits, number]): Question => [`${address}/${length}`, bits, number],
    ),
  ].filter(([prefix]) => !isMapped(prefix))

  const ours = questions.map((question) => {
    const result = cidrSubnet(...question)
    return 'subnet' in result ? result.subnet : null
  })

  expect(ours).toEqual(await terraform(questions))
})

/** Terraform takes IPv4 addresses inside of IPv6 for IPv4, with the wrong number of bits. */
function isMapped(prefix: string): boolean {
  return /^(0*:)*:?ffff:/i.test(prefix)
}

test.each([
  ['10.0.0.0/16', 17, 0, 'a /16 has only 16 bits left, not 17'],
  ['10.0.0.0/16', 2, 4, '2 bits do not number a subnet 4'],
  ['10.0.0.0/16', -1, 0, 'there are no fewer than 0 new bits'],
  ['10.0.0.0/16', 2, -1, '2 bits do not number a subnet -1'],
  ['10.0.0/16', 2, 1, 'this is no network like 10.0.0.0/16'],
  ['10.00.0.0/16', 2, 1, 'this is no network like 10.0.0.0/16'],
])('%s %d %d: %s', (prefix, newBits, number, fault) => {
  expect(cidrSubnet(prefix, newBits, number)).toMatchObject({ fault })
})
