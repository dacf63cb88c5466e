import { expect } from 'vitest'
import { type Ended, eventually, expectDone, type Laptop } from './laptop.ts'

/** The commands that a message tells the person to run. */
export function commandsIn(text: string): string[] {
  return [...text.matchAll(/portolan [a-z].*?(?= {2,}|$|[.;,)](?:\s|$))/gm)].map(([found]) =>
    found.replaceAll('…', 'seen by a person'),
  )
}

/**
 * Does what the messages say, word for word, from `portolan status` on, until the workspace is
 * free. Says what was run.
 */
export async function followTheWayOut(laptop: Laptop): Promise<string[]> {
  const followed: string[] = []
  for (let message = await laptop.run('status'); ; ) {
    expectDone(message)
    const step = commandsIn(message.stdout).find((one) => one.startsWith('portolan state rescue'))
    if (step === undefined || followed.length > 3) return followed
    followed.push(step)
    message = await runStep(laptop, step)
    if (step.includes('--recover')) return followed
  }
}

/** A Terraform that goes on without its runner is waited for, as the message says. */
async function runStep(laptop: Laptop, step: string): Promise<Ended> {
  return eventually(`"${step}" while Terraform is still at work`, async () => {
    const ended = await laptop.shell(step)
    return !/still at work/.test(ended.stdout + ended.stderr) && expectDone(ended)
  })
}

/** The workspace is free, its next apply works and the one after has nothing to do. */
export async function expectUsable(laptop: Laptop): Promise<void> {
  expectDone(await laptop.run('apply', '--auto-approve'))
  const plan = expectDone(await laptop.run('plan'))
  expect(plan.stdout).toContain('Nothing to change.')
  expect((await laptop.run('status')).stdout).toMatch(/Lock +free/)
  expect(await laptop.processes()).toEqual([])
}
