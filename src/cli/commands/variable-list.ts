import { invalid } from '../../platform/errors.ts'
import { parseWorkspaceName } from '../../projects/index.ts'
import { type EffectiveVariable, placeText, type Variable } from '../../variables/index.ts'
import { type Call, exit } from '../call.ts'
import { shortActor } from '../render/run-view.ts'
import { table } from '../render/table.ts'
import { sanitiseLine } from '../render/text.ts'
import { ago } from '../render/time.ts'
import { type Place, withPlace } from '../workspace/place.ts'
import { projectAt } from '../workspace/variables.ts'

/** Lists the variables of a project, or those that count in a workspace; never their values. */
export async function run(call: Call): Promise<number> {
  const [workspace] = call.args
  return withPlace({ ...call, flags: {} }, async (place) => {
    const project = await projectAt(place)
    if (workspace === undefined) await showAll(call, place, project)
    else await showEffective(call, place, { project, workspace })
    return exit.done
  })
}

async function showAll({ terminal }: Call, { services }: Place, project: string): Promise<void> {
  const variables = await services.variables.list(project)
  terminal.emit({ variables })
  terminal.print(
    ...table(variables.map((one) => [terminal.style.bold(sanitiseLine(one.name)), ...facts(one)])),
  )
  if (variables.length === 0) {
    terminal.note('There are no variables. Write one: portolan variable set NAME')
  }
}

async function showEffective(
  { terminal }: Call,
  { services }: Place,
  { project, workspace }: { readonly project: string; readonly workspace: string },
): Promise<void> {
  const named = parseWorkspaceName(workspace)
  if (named === undefined) {
    throw invalid(`${JSON.stringify(workspace)} is no workspace`, {
      next: 'A workspace is written component@environment: db@prod.',
    })
  }
  const effective = await services.variables.effective({
    project,
    component: named.path,
    environment: named.environment,
  })
  terminal.emit({
    workspace,
    variables: effective.map(({ variable, ...rest }) => ({ ...variable, ...rest })),
  })
  terminal.print(
    ...table(
      effective.map((one) => [
        terminal.style.bold(sanitiseLine(one.variable.name)),
        ...facts(one.variable, one.phases),
        hidden(one),
      ]),
    ),
  )
  if (effective.length === 0) terminal.note(`The runs of ${workspace} are given no variables.`)
}

function facts(variable: Variable, phases: readonly string[] = []): readonly string[] {
  const phase = phases.length === 1 ? phases.join() : variable.phase
  return [
    variable.kind,
    placeText(variable),
    phase === 'both' ? 'plan and apply' : phase,
    `set ${ago(variable.updatedAt, new Date())} by ${shortActor(variable.updatedBy)}`,
  ]
}

function hidden({ hides, hiddenBy }: EffectiveVariable): string {
  if (hiddenBy !== undefined) return `hidden by the ${hiddenBy}`
  return hides.length === 0 ? '' : `hides that of ${hides.map(placeText).join(', ')}`
}
