import { invalid, notFound } from '../../platform/errors.ts'
import { parseWorkspaceName, workspaceName } from '../../projects/index.ts'
import type { Output, Value } from '../../state/index.ts'
import { type Call, exit } from '../call.ts'
import { assignments } from '../render/assignments.ts'
import { outputLines, valueText } from '../render/state-view.ts'
import { type EnvironmentFlags, type WorkspacePlace, withWorkspace } from '../workspace/place.ts'

interface Flags extends EnvironmentFlags {
  readonly raw?: boolean
  readonly env?: boolean
  readonly showSensitive?: boolean
}

/** Shows the outputs of the current state. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, flags } = call
  const { reference, name } = namesOf(call.args)
  if (flags.raw === true && name === undefined) {
    throw invalid('--raw needs the name of one output', { next: 'portolan outputs --raw NAME' })
  }
  return withWorkspace(call, reference, async (place) => {
    const masked = await readOutputs(place)
    // As in Terraform: whoever asks for one output by name in a machine's form gets its value.
    const reveals = flags.showSensitive === true || (flags.raw === true && name !== undefined)
    const asked = name === undefined ? masked : [demand(masked, name)]
    const shown = reveals ? await reveal(place, name) : asked
    const visible = reveals ? shown.map((output) => ({ ...output, sensitive: false })) : shown
    if (flags.raw === true) {
      await terminal.raw(rawText(visible[0]))
      return exit.done
    }
    if (flags.env === true) return showAssignments(call, visible)
    terminal.emit(name === undefined ? outputsJson(shown) : outputJson(demand(shown, name)))
    if (name !== undefined && visible[0]?.sensitive === false) {
      terminal.print(valueText(visible[0].value))
    } else {
      terminal.print(...outputLines(visible, terminal.style))
    }
    if (shown.length === 0) terminal.note('The state has no outputs.')
    return exit.done
  })
}

/** `db@dev host`, `db@dev` or `host`. @throws AppError `invalid` */
function namesOf([first, second, ...more]: readonly string[]) {
  if (more.length > 0) throw invalid('outputs takes a workspace and the name of one output')
  if (first !== undefined && parseWorkspaceName(first) !== undefined) {
    return { reference: first, name: second }
  }
  if (second === undefined) return { reference: undefined, name: first }
  throw invalid(`${JSON.stringify(first)} is no workspace`, {
    next: `A workspace is written component@environment: portolan outputs ${first}@ENVIRONMENT ${second}`,
  })
}

/** Lines that a shell reads: `eval "$(portolan outputs db@dev --env)"`. */
async function showAssignments(
  { terminal }: Call<Flags>,
  outputs: readonly Output[],
): Promise<number> {
  const hidden = outputs.filter((output) => output.sensitive)
  const lines = assignments(outputs.filter((output) => !output.sensitive))
  if (lines.length > 0) await terminal.raw(`${lines.join('\n')}\n`)
  if (hidden.length > 0) {
    const names = hidden.map((output) => output.name).join(', ')
    terminal.note(`Left out, as they are sensitive: ${names} (--show-sensitive)`)
  }
  return exit.done
}

async function readOutputs({ services, workspace }: WorkspacePlace): Promise<readonly Output[]> {
  const state = await services.state.masked(workspace.id)
  if (state === undefined) {
    throw notFound(`no state is recorded of ${workspaceName(workspace)} yet`, {
      next: 'portolan apply',
    })
  }
  if (state.hidden !== undefined) throw invalid(state.hidden)
  return state.outputs
}

function demand(outputs: readonly Output[], name: string): Output {
  const found = outputs.find((output) => output.name === name)
  if (found !== undefined) return found
  throw notFound(`the state has no output ${name}`, {
    next: `It has: ${outputs.map((output) => output.name).join(', ') || 'none'}.`,
  })
}

function reveal(
  { services, workspace, location }: WorkspacePlace,
  name: string | undefined,
): Promise<readonly Output[]> {
  return services.state.revealed(workspace.id, { actor: location.actor, name })
}

function rawText(output: Output | undefined): string {
  const value = output?.value ?? null
  if (typeof value === 'string') return value
  if (value === null || typeof value === 'object') {
    if (value === null || !('text' in value)) {
      throw invalid(`the output ${output?.name ?? ''} is no text, number or truth value`, {
        next: 'Use --json.',
      })
    }
  }
  return String(value)
}

function outputsJson(outputs: readonly Output[]): Record<string, unknown> {
  return Object.fromEntries(outputs.map((output) => [output.name, outputJson(output)]))
}

function outputJson(output: Output): { sensitive: boolean; type: Value; value: Value } {
  return { sensitive: output.sensitive, type: output.type, value: output.value }
}
