import { parseArgs } from 'node:util'
import { openDemo } from './demo.ts'
import { say, title } from './narration.ts'

/** Drives a platform through Portolan, from nothing to its end, as a person would type it. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } })
  const started = performance.now()
  const demo = await openDemo()

  await begin(demo)
  await promote(demo)
  await ship(demo)
  await lookBack(demo)
  await rollBack(demo)
  if (values.once) await end(demo)

  title(`Done in ${((performance.now() - started) / 1000).toFixed(1)} s. What to try next`)
  say(demo.whatToTry)
}

type Demo = Awaited<ReturnType<typeof openDemo>>

const waits = 3
const failed = 1

async function begin({ portolan, release, push, first, path }: Demo): Promise<void> {
  title('A repository with eight components: Terraform root modules and scripts')
  await release(first)
  await push(first)
  say(`It is at ${path}; its portolan.yaml says what it is made of, and where it runs.`)
  await portolan(['list'])
  await portolan(['graph', '-e', 'prod'])
  await portolan(['explain', 'api@prod'])

  title('Plan three environments at once, through what is not applied yet')
  say('Some plans are provisional (made from planned values), some have to wait for real ones.')
  await portolan(['plan'])
}

async function promote({ portolan, newestChange, approveUntilDone }: Demo): Promise<void> {
  const change = await newestChange()
  title('Apply dev')
  await portolan(['apply', change, '-e', 'dev', '--auto-approve'])

  title('Go on: staging comes after dev, prod after staging and behind a gate')
  await portolan(['apply', change, '--auto-approve'], [waits])
  say('\nOne approval is needed; what could not be planned before asks once more.')
  await approveUntilDone(change, 'prod')
  await portolan(['status'])
}

async function ship(demo: Demo): Promise<void> {
  const { portolan, release, push, second, newestChange, approveUntilDone } = demo
  title('The next release: only what it affects, and why')
  await release(second)
  await portolan(['affected', 'HEAD~1'])
  say('\nNobody has pushed its image yet: that fails, and blocks exactly what needs it.')
  await portolan(['apply', '--affected=HEAD~1', '--auto-approve'], [failed])
  const change = await newestChange()
  await portolan(['status', change])

  title('Somebody pushes the image. The same change goes on where it stopped')
  await push(second)
  await portolan(['resume', change, '--auto-approve'], [waits])
  await approveUntilDone(change, 'prod')
}

async function lookBack({ portolan }: Demo): Promise<void> {
  title('What was recorded')
  await portolan(['history'])
  await portolan(['history', 'api@prod'])
  say('\nWhat the last apply changed, and what a component gives to others:')
  await portolan(['state', 'diff', '-c', 'api', '-e', 'dev'])
  await portolan(['outputs', 'db@prod'])
}

async function rollBack({ portolan, git, newestChange, approveUntilDone }: Demo): Promise<void> {
  title('Roll back: the configuration, not the state')
  say('git revert HEAD')
  await git('revert', '--no-edit', 'HEAD')
  await portolan(['apply', '--affected=HEAD~1', '--auto-approve'], [waits])
  await approveUntilDone(await newestChange(), 'prod')
  await portolan(['status'])
}

async function end({ portolan, newestChange, approveUntilDone }: Demo): Promise<void> {
  title('The end of everything, in reverse order: databases are protected, prod has its gate')
  const everywhere = ['-e', 'dev', '-e', 'staging', '-e', 'prod']
  await portolan(['destroy', ...everywhere, '--auto-approve'], [waits])
  say('\nWith a reason, which is recorded:')
  await approveUntilDone(await newestChange(), 'prod', ['--override', 'the demo is over'])
  await portolan(['status'])
}

await main()
