import { print } from './measure.ts'

/** Every benchmark by name: `npm run bench NAME` runs one, `npm run bench` all. */
const benchmarks: Readonly<Record<string, () => Promise<{ run: () => Promise<void> }>>> = {
  'affected-10k': () => import('./affected-10k.ts'),
  'api-overview': () => import('./api-overview.ts'),
  'cli-start': () => import('./cli-start.ts'),
  'demo-start': () => import('./demo-start.ts'),
  'graph-100': () => import('./graph-100.ts'),
  'graph-200': () => import('./graph-200.ts'),
  'log-latency': () => import('./log-latency.ts'),
  'manifest-5k': () => import('./manifest-5k.ts'),
  'pr-50': () => import('./pr-50.ts'),
  'pr-50-calls': () => import('./pr-50-calls.ts'),
  'run-overhead': () => import('./run-overhead.ts'),
  'state-door': () => import('./state-door.ts'),
  'ui-first-load': () => import('./ui-first-load.ts'),
  'webhook-to-start': () => import('./webhook-to-start.ts'),
}

const names = process.argv.slice(2)
const unknown = names.filter((name) => !(name in benchmarks))
if (unknown.length > 0) {
  print(
    `There is no benchmark ${unknown.join(', ')}. There are: ${Object.keys(benchmarks).join(', ')}.`,
  )
  process.exit(1)
}
for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
  print(`\n${name}`)
  const benchmark = await benchmarks[name]?.()
  await benchmark?.run()
}
