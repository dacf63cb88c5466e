import { marked } from 'marked'
import { describe, expect } from 'vitest'
import { keeps, sized, twoComponents } from './platforms.ts'
import { pullRequestOf, test, type World } from './world.ts'

const COMPONENTS = 50
/** Bytes, of which a host takes more. */
const LIMIT = 60_000

const names = Array.from(
  { length: COMPONENTS },
  (_, at) => `part${String(at + 1).padStart(2, '0')}`,
)

const many: Readonly<Record<string, string>> = {
  'portolan.yaml': `
version: 1
project: shop
environments: { dev: {} }
components:
${names.map((name) => `  ${name}: { terraform: infra/${name} }`).join('\n')}
`,
  ...Object.assign({}, ...names.map((name) => ({ [`infra/${name}/main.tf`]: keeps() }))),
}

// What means something to a host, a browser, a terminal or a shell.
const hostile = [
  '/merge',
  '/approve @octocat',
  '@octocat @acme/sre #12 GH-12 acme/infra#1 !12 $12 &12 ~bug',
  '</code></pre></details><img src=x onerror=alert(1)><script>alert(1)</script>',
  '```` ``` ~~~ ` | \\| [a](https://e.example) ![b](https://e.example/b.png) https://e.example',
  '<!-- portolan --> <!-- portolan 0 -->',
  '\u001b[31mred\u001b[0m \u001b]8;;https://e.example\u0007link\u001b]8;;\u0007',
  '\u202egnirts \u2066hidden\u2069 \u200bzero',
  'portolan apply',
  '# Heading\n- [x] done\n> quote\n***',
].join('\n')

const evil: Readonly<Record<string, string>> = {
  'infra/network/hostile.txt': hostile,
  'infra/network/main.tf': keeps(`
resource "terraform_data" "text" { input = file("\${path.module}/hostile.txt") }
resource "terraform_data" "key" { for_each = toset([file("\${path.module}/hostile.txt")]) }
output "text" { value = file("\${path.module}/hostile.txt") }
`),
}

/** Prints five megabytes of it. */
const noisy = twoComponents()['portolan.yaml']?.replace(
  'network: { terraform: infra/network }',
  `network:
    terraform: infra/network
    before: [{ run: 'while [ -e infra/network/hostile.txt ] && cat infra/network/hostile.txt; do :; done | head -c 5000000', on: [plan] }]`,
)

describe('a large pull request', { timeout: 300_000 }, () => {
  test('of 50 components is one comment, a status for each, and not too many calls', async ({
    aWorld,
  }) => {
    const world = await aWorld({ kind: 'github', files: many })
    const { host } = world
    host.calls.clear()
    const changed = names.map((name) => Object.entries(sized(name, 2)))
    const number = await world.open(Object.fromEntries(changed.flat()))
    await expect.poll(() => world.comment(number), { timeout: 200_000 }).toMatch(/`portolan apply`/)
    await world.untilQuiet()
    const comment = world.comment(number)
    expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(LIMIT)
    const statuses = world.statuses(number)
    for (const name of names) {
      expect(comment).toContain(name)
      expect(statuses[`portolan/${name}@dev`]).toMatchObject({ state: 'pending' })
    }
    const { all } = host.calls
    const counts = new Map<string, number>()
    for (const route of all) counts.set(route, (counts.get(route) ?? 0) + 1)
    process.stdout.write(`calls for ${COMPONENTS} components: ${all.length}\n`)
    for (const [route, count] of counts) process.stdout.write(`${count} ${route}\n`)
    const written = all.filter((route) => route.includes('/comments'))
    expect(written.length).toBeLessThan(60)
    expect(all.length).toBeLessThan(250)
    const told = all.filter((route) => route.includes('/statuses'))
    expect(told.length).toBeLessThanOrEqual(COMPONENTS * 2 + 60)
  })

  test('of five megabytes that nobody should believe is shown harmlessly, and is in nobody’s way', async ({
    aWorld,
  }) => {
    const files = { ...twoComponents(), 'portolan.yaml': noisy ?? '' }
    const world = await aWorld({ kind: 'github', files })
    const { host } = world
    const branch = 'fix/@octocat`</details><img/src=x>#12-$(id)-\u202egnirts'
    await host.push({ branch, files: evil, message: hostile })
    const opened = { branch, title: hostile.replaceAll('\n', ' '), body: hostile, author: 'ada' }
    const { number } = await host.openPullRequest(opened)
    const other = await world.open(sized('db', 2))
    const wrong = await world.open({
      'portolan.yaml': `version: 1\nproject: shop\ncomponents:\n  ${JSON.stringify(hostile.slice(0, 200))}: {}\n`,
    })
    await world.untilSaid(other, /`portolan apply`/)
    await expect.poll(() => world.comment(number), { timeout: 120_000 }).toMatch(/`portolan apply`/)
    await world.untilQuiet()
    harmless(world, world.comment(number))
    expect(world.comment(number)).toMatch(/\d{4,} more lines/)
    harmless(world, world.comment(wrong))
    expect((await pullRequestOf(world, number)).commands).toEqual([])
    expect((await pullRequestOf(world, wrong)).problem).toBeDefined()
    expect(await world.say(other, 'ada', 'portolan apply')).toMatch(/^done/)
    await world.untilStatus(other, 'merged')
    expect(await world.say(number, 'ada', `portolan apply -c '@octocat<img>'`)).toMatch(/^refused/)
    await world.untilQuiet()
    harmless(world, world.comment(number))
    expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^done/)
    await world.untilStatus(number, 'merged')
    await world.untilQuiet()
    harmless(world, world.comment(number))
    for (const { description } of Object.values(world.statuses(number))) {
      expect(description).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    }
  })
})

const own = ['a', 'br', 'code', 'details', 'li', 'p', 'pre', 'strong', 'sub', 'summary', 'table']
const allowed = new Set([...own, 'tbody', 'td', 'th', 'thead', 'tr', 'ul'])

/** Nothing of it is anything but text, where a host shows it. */
function harmless({ team, host }: World, comment: string): void {
  expect(comment).not.toBe('')
  expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(LIMIT)
  expect(comment).not.toMatch(/^\//m)
  expect(comment).not.toMatch(/(?!\n|\t)[\p{Cc}\p{Cf}\p{Cs}]/u)
  const html = marked.parse(comment, { gfm: true, async: false })
  const elements = [...html.matchAll(/<([a-z]+\d?)/g)].map(([, name]) => name ?? '')
  expect(elements.filter((name) => !allowed.has(name))).toEqual([])
  const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url ?? '')
  const known = [`${team.url}/`, `${host.url}/`]
  expect(links.filter((url) => !known.some((one) => url.startsWith(one)))).toEqual([])
  const outside = html.replace(/<!--.*?-->/gs, '').replace(/<code[^>]*>.*?<\/code>/gs, '')
  expect(outside).not.toMatch(/@octocat|&#64;octocat|#12\b|&#35;12|e\.example|\/merge/)
}
