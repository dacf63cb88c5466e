import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { compileCache } from '../support/compile-cache.ts'
import { test } from '../support/database.ts'
import { makeProviderMirror } from '../support/provider/mirror.ts'
import { plainTerraform } from './plain.ts'
import { portolan } from './portolan.ts'
import type { Ended, Shape, StepName, Story } from './shape.ts'
import { startStateServer } from './state-server.ts'
import { tell } from './tell.ts'
import type { OpenTool } from './tool.ts'
import { makePlace } from './world.ts'

const ordinary: Readonly<Record<StepName, Ended>> = {
  plan: 'changes',
  apply: 'applied',
  'plan again': 'unchanged',
  'plan the change': 'changes',
  'apply the change': 'applied',
  'plan the change again': 'unchanged',
  destroy: 'applied',
}

/** A test for each shape: what Portolan does with it is what plain Terraform does. */
export function testShapes(group: string, shapes: readonly Shape[]): void {
  describe(group, () => {
    let directory = ''

    beforeAll(async () => {
      directory = await mkdtemp(path.join(tmpdir(), 'portolan-shapes-'))
      await writeFile(path.join(directory, 'cli.tfrc'), await makeProviderMirror(directory))
    })

    afterAll(() => rm(directory, { recursive: true, force: true }))

    for (const shape of shapes) {
      test(shape.name, { timeout: 240_000 }, async ({ connection }) => {
        const theirs = await storyOf(shape, plainTerraform, connection)
        const ours = await storyOf(shape, portolan, connection)
        expect(comparable(ours)).toEqual(comparable(theirs))
      })
    }

    async function storyOf(shape: Shape, open: OpenTool, databaseUrl: string): Promise<Story> {
      await using server = await startStateServer()
      const place = await makePlace(path.join(directory, 'world'), shape, server.url)
      const environment = {
        PATH: process.env['PATH'] ?? '',
        HOME: place.beside,
        ...compileCache,
        TF_CLI_CONFIG_FILE: path.join(directory, 'cli.tfrc'),
        CHECKPOINT_DISABLE: '1',
        LAB_DIRECTORY: path.join(place.beside, 'notes'),
        ...shape.environment?.(place),
      }
      try {
        const story = await tell(shape, place, open({ shape, place, environment, databaseUrl }))
        expectEnds(story, shape)
        await shape.check?.(story, place)
        if (open === portolan) await shape.checkOurs?.(story, place)
        return story
      } finally {
        await shape.finish?.()
      }
    }
  })
}

/** Ends of all steps at once, with what was printed where one ended otherwise. */
function expectEnds(story: Story, shape: Shape): void {
  const expected = { ...ordinary, ...shape.ends }
  const steps = Object.values(story)
  const surprises = steps.filter((step) => step.ended !== expected[step.name])
  expect(
    Object.fromEntries(steps.map((step) => [step.name, step.ended])),
    surprises.map((step) => `--- ${step.name}\n${step.text}`).join('\n'),
  ).toEqual(expected)
}

/** What both tools must have in common: everything but what they print. */
function comparable(story: Story) {
  return Object.values(story).map(({ text, ...step }) => step)
}
