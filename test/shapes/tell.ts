import { createNormalizer } from './normal-state.ts'
import type { Ended, Files, Place, Shape, Step, StepName, Story } from './shape.ts'
import type { Outcome, Terraform } from './tool.ts'
import { commit, layFiles } from './world.ts'

/**
 * Takes a shape through its life with one of the tools: plan, apply, plan again, change it, plan,
 * apply, plan again, destroy.
 */
export async function tell(shape: Shape, place: Place, tool: Terraform): Promise<Story> {
  const normal = createNormalizer()
  async function step(name: StepName, good: Ended, command: () => Promise<Outcome>): Promise<Step> {
    const { exitCode, actions, text } = await command()
    const ended = exitCode === 0 ? good : exitCode === 2 ? 'changes' : 'failed'
    const state = good === 'applied' ? normal(await tool.state()) : undefined
    return { name, ended, actions, state, text }
  }
  async function lay(files: Shape['files']): Promise<void> {
    await layFiles(place.root, resolve(files, place))
    if (tool.name === 'terraform') await layFiles(place.root, shape.plainFiles ?? {})
    if (shape.git !== false) await commit(place.root)
  }

  await lay(shape.files)
  await shape.prepare?.(place, tool)
  const plan = await step('plan', 'unchanged', () => tool.plan('new'))
  const apply = await step('apply', 'applied', tool.apply)
  await shape.meanwhile?.(place)
  const again = await step('plan again', 'unchanged', () => tool.plan('same'))
  await lay(shape.changed)
  return {
    plan,
    apply,
    'plan again': again,
    'plan the change': await step('plan the change', 'unchanged', () => tool.plan('new')),
    'apply the change': await step('apply the change', 'applied', tool.apply),
    'plan the change again': await step('plan the change again', 'unchanged', () =>
      tool.plan('same'),
    ),
    destroy: await step('destroy', 'applied', tool.destroy),
  }
}

function resolve(files: Shape['files'], place: Place): Files {
  return typeof files === 'function' ? files(place) : files
}
