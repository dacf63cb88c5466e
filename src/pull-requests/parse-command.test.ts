import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Command, CommandSelection } from './command.ts'
import { helpText } from './command-help.ts'
import { commandText } from './command-text.ts'
import { mayBeCommand, parseCommand } from './parse-command.ts'

const words = { names: ['portolan', '@portolan-bot', 'atlantis'] }
const parse = (body: string) => parseCommand(body, words)

const nothing: CommandSelection = {
  environments: [],
  components: [],
  withDependencies: false,
  directory: undefined,
  terraformWorkspace: undefined,
  project: undefined,
}
const plan = (selection: Partial<CommandSelection> = {}, ...extraArguments: string[]): Command => ({
  name: 'plan',
  selection: { ...nothing, ...selection },
  extraArguments,
})
const apply = (selection: Partial<CommandSelection> = {}, override?: string): Command => ({
  name: 'apply',
  selection: { ...nothing, ...selection },
  override,
})

describe('what is a command', () => {
  test.each<[string, Command]>([
    ['portolan plan', plan()],
    ['  Portolan PLAN \n\n', plan()],
    ['@Portolan-Bot plan', plan()],
    ['atlantis plan', plan()],
    ['portolan\u00a0plan', plan()],
    ['`portolan plan`', plan()],
    ['```\nportolan plan\n```', plan()],
    ['```sh\r\nportolan plan -e dev\r\n```\r\n', plan({ environments: ['dev'] })],
    ['portolan plan -e dev -e prod', plan({ environments: ['dev', 'prod'] })],
    ['portolan plan -e dev,prod,dev', plan({ environments: ['dev', 'prod'] })],
    ['portolan plan --environment=dev', plan({ environments: ['dev'] })],
    ['portolan plan -c db --with-deps', plan({ components: ['db'], withDependencies: true })],
    [
      'atlantis plan -d infra/db -w default -p db-prod',
      plan({ directory: 'infra/db', terraformWorkspace: 'default', project: 'db-prod' }),
    ],
    [
      'portolan plan -- -target=\'aws_x.y["a b"]\' -refresh=false',
      plan({}, '-target=aws_x.y["a b"]', '-refresh=false'),
    ],
    ['portolan apply', apply()],
    ['portolan apply --force "the table is empty"', apply({}, 'the table is empty')],
    ['portolan apply --force="say \\"yes\\""', apply({}, 'say "yes"')],
    [
      'portolan approve 1A2b3c4d5e6f -e prod',
      {
        name: 'approve',
        selection: { ...nothing, environments: ['prod'] },
        digest: '1a2b3c4d5e6f',
        override: undefined,
      },
    ],
    [
      'portolan import -c db -e dev \'module.a["x"]\' i-123',
      {
        name: 'import',
        selection: { ...nothing, components: ['db'], environments: ['dev'] },
        address: 'module.a["x"]',
        id: 'i-123',
      },
    ],
    [
      'portolan destroy -e dev',
      { name: 'destroy', selection: { ...nothing, environments: ['dev'] } },
    ],
    ['portolan resume', { name: 'resume', selection: nothing }],
    ['portolan discard', { name: 'discard' }],
    ['portolan cancel', { name: 'cancel' }],
    ['portolan unlock', { name: 'unlock' }],
    ['portolan', { name: 'help', about: undefined }],
    ['portolan --help', { name: 'help', about: undefined }],
    ['portolan help apply', { name: 'help', about: 'apply' }],
    ['portolan apply -h', { name: 'help', about: 'apply' }],
  ])('%j', (body, command) => {
    expect(parse(body)).toEqual({ command })
  })
})

describe('what is talk', () => {
  test.each([
    '',
    '\n\n',
    'looks good',
    'please portolan plan',
    'portolans idea is late',
    'terraform plan',
    '> portolan apply',
    'portolan plan\n\nand then we see',
    'I would say:\n```\nportolan plan\n```',
    'portolan\u0000plan',
    'portalon',
    'portolna is a nice word',
    '@someone-else apply',
    'portolan-bot apply',
    'prtln plan',
  ])('%j', (body) => {
    expect(parse(body)).toBeUndefined()
  })

  test('what is only permitted elsewhere', () => {
    expect(parseCommand('atlantis plan', { names: ['portolan'] })).toBeUndefined()
  })
})

describe('what is refused', () => {
  test.each([
    ['portolan plam', 'is no command. Did you mean `plan`?'],
    ['portolan looks good to me', '`looks` is no command'],
    ['portolan plans', 'Did you mean `plan`?'],
    ['portolna plan', 'Did you mean `portolan plan`?'],
    ['@portolan-bto plan', 'Did you mean `@portolan-bot plan`?'],
    ['@portolan plan', 'Did you mean `portolan plan`?'],
    ['portolan plan\nportolan apply', 'several commands'],
    ['portolan plan --enviroment dev', 'Did you mean `--environment`?'],
    ['portolan plan dev', 'an environment is named with `-e`'],
    ['portolan plan -e', '`-e` needs a value: ENVIRONMENT'],
    ['portolan plan -e --with-deps', '`-e` needs a value: ENVIRONMENT, not `--with-deps`'],
    ['portolan plan -e=-x', '`-e` needs a value: ENVIRONMENT, not `-x`'],
    ['portolan plan -e dev,', 'no list of names'],
    ['portolan plan -e dev,-x', 'no list of names'],
    ['portolan plan -d a -d b', '`-d` is given twice'],
    ['portolan plan --with-deps=yes', '`--with-deps` takes no value'],
    ['portolan plan --force "because"', '`plan` takes no `--force`'],
    ['portolan discard -e dev', '`discard` takes no `-e`'],
    ['portolan apply --force', '`--force` needs a value: "REASON"'],
    ['portolan apply --force "  "', '`--force` needs a value: "REASON"'],
    ['portolan apply -- -target=x', 'only `plan` does'],
    ['portolan approve prod', '`prod` is no digest'],
    ['portolan import aws_x.y', '`import` needs the address and the id'],
    ['portolan import a b c', 'does not know what to do with `c`'],
    ['portolan help me', '`me` is no command'],
    ['portolan plan -e "dev', 'a quote is opened and never closed'],
    ["portolan plan -e 'dev", 'a quote is opened and never closed'],
  ])('%j', (body, sentence) => {
    expect(parse(body)?.refused).toContain(sentence)
  })

  test.each([
    ['a second command', 'portolan plan ; cat /etc/passwd'],
    ['one without spaces', 'portolan plan;id'],
    ['a pipe', 'portolan plan | sh'],
    ['an option of Terraform', 'portolan plan -var-file=/etc/passwd'],
    ['its directory', 'portolan plan -chdir=/'],
    ['one behind an apply', 'portolan apply -- -auto-approve'],
    ['a way out of the repository', 'portolan plan -d ../../etc'],
    ['one inside', 'portolan plan -d a/../../b'],
    ['an absolute one', 'portolan plan -d /etc'],
    ['an option as a value', 'portolan plan -w -var-file=/etc/passwd'],
    ['a NUL', 'portolan plan -e dev\u0000'],
    ['an escape sequence', 'portolan plan -e \u001b[31mdev'],
    ['letters that turn the direction', 'portolan plan -e \u202evedorp'],
    ['letters that nobody sees', 'portolan plan -e de\u200bv'],
    ['half a letter', 'portolan plan -e \ud800'],
    ['60 KB', `portolan plan -e ${'a'.repeat(60_000)}`],
    ['60 KB of quotes', `portolan plan ${'"'.repeat(60_001)}`],
  ])('%s', (_, body) => {
    expect(parse(body)).toEqual({ refused: expect.any(String) })
  })

  test('nothing is repeated at length', () => {
    expect(parse(`portolan ${'x'.repeat(1900)}`)?.refused?.length).toBeLessThan(200)
  })
})

describe('what may be a command, whatever Portolan is called', () => {
  test.each([
    'portolan plan',
    'Atlantis',
    '```sh\nportolan plan\n```',
    '~~~\natlantis plan\n~~~',
    'portolna plan',
    '`altantis apply`',
    '@anybody thank you',
  ])('%j may be one', (body) => {
    expect(mayBeCommand(body)).toBe(true)
  })

  test.each([
    'looks good',
    'I approve',
    'please plan',
    '@anybody thank you\nfor all of this',
    `portolan plan ${'x'.repeat(4000)}`,
  ])('%.50j is none', (body) => {
    expect(mayBeCommand(body)).toBe(false)
  })

  test('is all that is answered', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'@abt-`'), maxLength: 2 })
    const bot = fc.string({ unit: fc.constantFrom(...'abt-'), minLength: 1, maxLength: 4 })
    const spoilt = fc
      .tuple(fc.constantFrom('portolan', 'Atlantis', '@', ''), fc.nat(9), fc.nat(1), letters)
      .map(([name, at, less, more]) => name.slice(0, at) + more + name.slice(at + less))
    const piece = fc.oneof(
      fc.constantFrom('portolan', 'atlantis', '`', '```', '~~~', '```sh', 'plan', 'apply', 'talk'),
      spoilt,
      bot.map((login) => `@${login}`),
    )
    const space = fc.constantFrom(' ', ' ', '\n', '\r\n', '\u00a0', '')
    const body = fc
      .array(fc.tuple(piece, space), { maxLength: 8 })
      .map((parts) => parts.flat().join(''))
    let answered = 0
    fc.assert(
      fc.property(body, bot, (text, login) => {
        const names = ['portolan', 'atlantis', `@${login}`]
        if (parseCommand(text, { names }) === undefined) return
        answered += 1
        expect(mayBeCommand(text)).toBe(true)
      }),
      { numRuns: 20_000 },
    )
    expect(answered).toBeGreaterThan(500)
  })
})

test.each(['$(id)', '`id`', '${HOME}', '$ATLANTIS_GH_TOKEN', '*', '~', '{a}', '\\\\$HOME'])(
  '%j is a word like any other: nothing is expanded',
  (text) => {
    const command = parse(`portolan plan -c '${text}' -- '${text}'`)?.command
    expect(command).toEqual(plan({ components: [text] }, text))
  },
)

test('what a command was taken for is the same command', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((value) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(value))
  const value = text.filter((each) => each.trim() !== '' && !each.startsWith('-'))
  const name = value.map((each) => each.replaceAll(',', '.').trim())
  const directory = value.filter((each) => !each.startsWith('/') && !each.includes('..'))
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
  const selection = fc.record({
    environments: fc.uniqueArray(name, { maxLength: 3 }),
    components: fc.uniqueArray(name, { maxLength: 3 }),
    withDependencies: fc.boolean(),
    directory: maybe(directory),
    terraformWorkspace: maybe(value),
    project: maybe(value),
  })
  const digest = maybe(fc.constantFrom('1a2b3c', '1a2b3c4d5e6f'))
  const command: fc.Arbitrary<Command> = fc.oneof(
    fc.record({
      name: fc.constant('plan' as const),
      selection,
      extraArguments: fc.array(text, { maxLength: 3 }),
    }),
    fc.record({ name: fc.constant('apply' as const), selection, override: maybe(value) }),
    fc.record({ name: fc.constant('approve' as const), selection, digest, override: maybe(value) }),
    fc.record({ name: fc.constantFrom('destroy' as const, 'resume' as const), selection }),
    fc.record({ name: fc.constant('import' as const), selection, address: value, id: value }),
    fc.record({ name: fc.constantFrom('discard' as const, 'cancel' as const, 'unlock' as const) }),
    fc.record({
      name: fc.constant('help' as const),
      about: maybe(fc.constantFrom('plan', 'apply', 'help')),
    }),
  )
  fc.assert(
    fc.property(command, (wanted) => {
      expect(parse(`portolan ${commandText(wanted)}`)).toEqual({ command: wanted })
    }),
    { numRuns: 500 },
  )
})

test('whatever stands in a comment, it is read', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'portolan ',
      'plan ',
      '-e ',
      '--',
      '=',
      '"',
      "'",
      '\\',
      '`',
      '```\n',
      '\n',
      ',',
    ),
    fc.string({ unit: 'binary', maxLength: 5 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.boolean(), (pieces, isForUs) => {
      const parsed = parse((isForUs ? 'portolan plan ' : '') + pieces.join(''))
      const known = parsed === undefined || Boolean(parsed.command) !== Boolean(parsed.refused)
      expect(known).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

test.each(['`', '"', "'", '\\', ' ', '\n', '-', ',', '=', '```\n'])(
  'megabytes of %j are read as fast as others',
  (piece) => {
    // A way of reading that is not linear would not come to its end here.
    parse(piece.repeat(1_000_000))
    parse(`portolan plan ${piece.repeat(1_000_000)}`)
    parse(`\`portolan plan\`${piece.repeat(1_000_000)}x`)
  },
)

describe('help', () => {
  test('names every command as it is called here', () => {
    const text = helpText({ names: ['atlantis'] })
    expect(text).toContain('- `atlantis apply` applies what is planned')
    expect(text).toContain('- `-e`, `--environment ENVIRONMENT` in these environments')
  })

  test('of one command has its flags only', () => {
    const text = helpText(words, 'plan')
    expect(text).toContain(
      '`portolan plan [FLAGS] [-- ARGUMENTS]` plans again what differs, and what is named.',
    )
    expect(text).not.toContain('--force')
    expect(helpText(words, 'unlock')).toMatch(/^`portolan unlock` lets go of/)
  })
})
