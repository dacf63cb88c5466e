import fc from 'fast-check'
import type { FakeHost } from '../support/hosts/host.ts'

/** What becomes of the webhooks that an event makes the host send. */
type Fate = 'deliver' | 'twice' | 'late' | 'drop'

const happenings = [
  'push',
  'push',
  'force-push',
  'plan',
  'plan',
  'help',
  'unknown',
  'by-a-stranger',
  'talk',
  'label',
  'draft',
  'ready',
  'close',
  'reopen',
  'base-moves',
  'base-moves-elsewhere',
] as const

type Happening = (typeof happenings)[number]

export interface HostEvent {
  readonly on: number
  readonly what: Happening
  readonly fate: Fate
  /** Among those that are late. */
  readonly place: number
}

export interface History {
  readonly pullRequests: number
  readonly openings: readonly Pick<HostEvent, 'fate' | 'place'>[]
  readonly events: readonly HostEvent[]
}

const delivered = {
  fate: fc.constantFrom<Fate>('deliver', 'twice', 'late', 'drop'),
  place: fc.nat(1000),
}

const histories: fc.Arbitrary<History> = fc.record({
  pullRequests: fc.integer({ min: 1, max: 2 }),
  openings: fc.array(fc.record(delivered), { minLength: 2, maxLength: 2 }),
  events: fc.array(
    fc.record({ on: fc.nat(1), what: fc.constantFrom<Happening>(...happenings), ...delivered }),
    { minLength: 8, maxLength: 12 },
  ),
})

/** The same ones for the same seed. */
export function historiesOf(seed: number, count: number): readonly History[] {
  return fc.sample(histories, { seed, numRuns: count })
}

/** Jobs instead of modules: they are planned in no time. */
export const jobs: Readonly<Record<string, string>> = {
  'portolan.yaml': `
version: 1
project: shop
environments: { dev: {} }
components:
  one: { run: cat one/size, watch: ["one/**"] }
  two: { run: cat two/size, watch: ["two/**"] }
`,
  'one/size': '1\n',
  'two/size': '1\n',
}

/** A comment that was made, and that it is answered. */
export interface Commented {
  readonly number: number
  readonly body: string
}

const said: Partial<Record<Happening, string>> = {
  plan: 'portolan plan',
  help: 'portolan help',
  unknown: 'portolan frobnicate --now',
  'by-a-stranger': 'portolan apply',
  talk: 'I like what portolan made of it',
}

/** Has all of it happen on a host. Answers the numbers of the pull requests, and the commands. */
export async function happen(
  host: FakeHost,
  { pullRequests, openings, events }: History,
): Promise<{ readonly numbers: readonly number[]; readonly commands: readonly Commented[] }> {
  const { deliveries } = host
  await deliveries.settled()
  deliveries.mode = 'hold'
  const late: { id: string; place: number }[] = []
  let sent = deliveries.all.length
  const tell = async ({ fate, place }: Pick<HostEvent, 'fate' | 'place'>) => {
    const fresh = deliveries.all.slice(sent)
    sent = deliveries.all.length
    for (const { id } of fresh) {
      if (fate === 'late') late.push({ id, place })
      if (fate === 'deliver' || fate === 'twice') await deliveries.redeliver(id)
      if (fate === 'twice') await deliveries.redeliver(id)
    }
  }
  const numbers: number[] = []
  const commands: Commented[] = []
  let size = 1
  for (const opening of openings.slice(0, pullRequests)) {
    size += 1
    const branch = `change-${numbers.length}`
    await host.push({ branch, files: { [`${componentOf(numbers.length)}/size`]: `${size}\n` } })
    numbers.push((await host.openPullRequest({ branch, author: 'ada', title: branch })).number)
    await tell(opening)
  }
  for (const { on, what, ...delivery } of events) {
    const at = on % numbers.length
    const number = numbers[at] ?? 0
    size += 1
    const body = said[what]
    if (body !== undefined) {
      await host.comment(number, what === 'by-a-stranger' ? 'stranger' : 'ada', body)
      if (what !== 'talk') commands.push({ number, body })
    } else await happens(host, { what, number, component: componentOf(at), size })
    await tell(delivery)
  }
  for (const { id } of late.toSorted((one, other) => one.place - other.place)) {
    await deliveries.redeliver(id)
  }
  return { numbers, commands }
}

const componentOf = (at: number) => (at === 0 ? 'one' : 'two')

interface Happened {
  readonly what: Happening
  readonly number: number
  readonly component: string
  readonly size: number
}

/** What cannot happen as things are does not. */
async function happens(host: FakeHost, { what, number, component, size }: Happened): Promise<void> {
  const { status, branch, labels, isDraft } = host.pullRequest(number)
  const isOpen = status === 'open'
  switch (what) {
    case 'push':
      if (isOpen) await host.push({ branch, files: { [`${component}/size`]: `${size}\n` } })
      return
    case 'force-push':
      if (!isOpen) return
      await host.push({
        branch,
        from: 'main',
        force: true,
        files: { [`${component}/size`]: `${size}\n` },
      })
      return
    case 'label':
      if (!labels.includes('portolan')) return host.label(number, 'portolan')
      return host.unlabel(number, 'portolan')
    case 'draft':
      if (isOpen && !isDraft) await host.setDraft(number, true)
      return
    case 'ready':
      if (isOpen && isDraft) await host.setDraft(number, false)
      return
    case 'close':
      if (isOpen) await host.close(number)
      return
    case 'reopen':
      if (status === 'closed') await host.reopen(number)
      return
    case 'base-moves':
      await host.push({ branch: 'main', files: { [`${component}/base`]: `${size}\n` } })
      return
    case 'base-moves-elsewhere':
      await host.push({ branch: 'main', files: { 'README.md': `${size}\n` } })
      return
  }
}
