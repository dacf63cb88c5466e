import { parseArgs } from 'node:util'
import { check } from './check.ts'
import { openDemo } from './demo.ts'
import { say, title } from './narration.ts'
import { tellStory } from './story.ts'

/** Starts a team's server on a sample platform and leaves it as a team finds it on a Monday morning. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { once: { type: 'boolean', default: false }, port: { type: 'string' } },
  })
  const started = performance.now()
  const demo = await openDemo({ port: values.port === undefined ? undefined : Number(values.port) })
  try {
    title(`The UI is up after ${seconds(started)}: it fills while you look`)
    say(`  ${demo.address}`)
    await tellStory(demo)
    await check(demo)
    if (values.once) {
      title(`Everything is as it should be, after ${seconds(started)}`)
      return
    }
    title(`Ready after ${seconds(started)}. What to try next`)
    say(demo.whatToTry)
    await demo.ended
    say('\nEnding. The same command goes on with what is there.')
  } finally {
    await demo.close()
  }
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`
}

await main()
