import { conclude, format, print } from './measure.ts'
import { seeded } from './support/random.ts'
import { withShop } from './support/shop.ts'

interface Component {
  readonly name: string
  readonly seconds: number
  readonly needs: readonly number[]
}

const limit = 8

/**
 * 200 commands of uneven length, eight at once, against what no schedule can be faster than: the
 * longest path, or all the work over eight places. Beside it what a schedule level by level would
 * take, without any overhead.
 */
export async function run(): Promise<void> {
  const components = makeComponents(200)
  await withShop(async (shop) => {
    await shop.write({ 'portolan.yaml': manifestOf(components) })
    await shop.commit('the shop')
    const start = performance.now()
    await shop.portolan('apply', '--auto-approve', `--parallel=${limit}`)
    const took = performance.now() - start
    const work = components.reduce((sum, component) => sum + component.seconds, 0)
    const path = Math.max(...longestPaths(components))
    line('portolan apply --parallel=8', took)
    line('longest path', path * 1000)
    line('work over eight places', (work / limit) * 1000)
    line('level by level, simulated', levelByLevel(components) * 1000)
    conclude('graph-200', took, Math.max(path, work / limit) * 1000)
  })
}

function line(name: string, milliseconds: number): void {
  print(`  ${name.padEnd(44)} ${format(milliseconds).padStart(9)}`)
}

function makeComponents(count: number): readonly Component[] {
  const random = seeded(200)
  return Array.from({ length: count }, (_, index) => ({
    name: `c${String(index).padStart(3, '0')}`,
    // Most are short and some are long.
    seconds: Math.round((0.2 + 6 * random() ** 3) * 100) / 100,
    needs: [
      ...new Set(
        Array.from({ length: Math.min(index, Math.floor(random() * 4)) }, () =>
          Math.floor(random() * index),
        ),
      ),
    ],
  }))
}

function manifestOf(components: readonly Component[]): string {
  const entries = components.map(({ name, seconds, needs }) => {
    const names = needs.map((need) => components[need]?.name).join(', ')
    return `  ${name}:\n    run: sleep ${seconds}\n    needs: [${names}]\n`
  })
  return `version: 1\nproject: shop\nenvironments:\n  dev: {}\ncomponents:\n${entries.join('')}`
}

/** For each component how long it and all that it waits for take. */
function longestPaths(components: readonly Component[]): readonly number[] {
  const paths: number[] = []
  for (const { seconds, needs } of components) {
    paths.push(seconds + Math.max(0, ...needs.map((need) => paths[need] ?? 0)))
  }
  return paths
}

/** Each level begins when the one before has ended; in it the longest go first, eight at once. */
function levelByLevel(components: readonly Component[]): number {
  const levels: number[] = []
  for (const { needs } of components) {
    levels.push(1 + Math.max(-1, ...needs.map((need) => levels[need] ?? 0)))
  }
  return [...new Set(levels)].reduce((sum, level) => {
    const places = Array.from({ length: limit }, () => 0)
    const here = components.filter((_, index) => levels[index] === level)
    for (const { seconds } of here.toSorted((a, b) => b.seconds - a.seconds)) {
      const first = places.indexOf(Math.min(...places))
      places[first] = (places[first] ?? 0) + seconds
    }
    return sum + Math.max(...places)
  }, 0)
}
