import { invalid } from '../../platform/errors.ts'
import { didYouMean } from '../../platform/nearest.ts'
import { type Call, exit } from '../call.ts'
import { type ManifestPlace, openManifest, withChangePlace } from '../change/change-place.ts'
import { withRecordedChange } from '../change/kept-change.ts'
import { changeStatus, openChangeLines } from '../render/change/status.ts'
import { changeJson } from '../render/change-json.ts'
import { attentionLines, matrixLines, orphanLines, platformJson } from '../render/matrix-view.ts'
import { countsOf } from '../services/counts.ts'
import type { EnvironmentFlags } from '../workspace/place.ts'
import { componentsAt } from './components-at.ts'
import { platformStatus } from './platform-status.ts'

/** Shows a change: where each of its workspaces stands, and what is next. */
export async function showChange(call: Call<EnvironmentFlags>, id: number): Promise<number> {
  const { terminal } = call
  return withRecordedChange(call, id, async (_place, view) => {
    const layout = { style: terminal.style, width: terminal.width }
    terminal.emit(changeJson(view.change, countsOf(view.nodes), view.nodes))
    terminal.print(...changeStatus(view, new Date(), layout))
    return exit.done
  })
}

/** Shows what is deployed of a manifest, and what is under way. */
export async function showPlatform(call: Call<EnvironmentFlags>): Promise<number> {
  const { terminal } = call
  const manifest = await openManifest(call)
  const isMeant = wanted(call, manifest)
  return withChangePlace(call, manifest, async (place) => {
    await place.services.work.endDeadRuns()
    const status = await platformStatus(call, place, isMeant)
    const { style, width } = terminal
    const now = new Date()
    const layout = { style, width }
    terminal.emit(platformJson(status))
    terminal.print(...matrixLines(status, now, layout))
    const open = openChangeLines(status.open, now, layout)
    if (open.length > 0) terminal.print('', style.bold('Open changes'), ...open)
    const [newest] = status.open
    if (newest !== undefined) {
      terminal.print(
        `${style.accent('→')} portolan status change-${newest.change.id}   says what it waits for`,
      )
    }
    const others = [...orphanLines(status, style), ...attentionLines(status, style)]
    if (others.length > 0) terminal.print('', ...others)
    return exit.done
  })
}

/** Components that are named, or those of the directory; in the environment of `-e`. */
function wanted(
  { args, flags }: Call<EnvironmentFlags>,
  { manifest, directory }: ManifestPlace,
): (names: { readonly component: string; readonly environment: string }) => boolean {
  const asked = [...args, ...(flags.component === undefined ? [] : [flags.component])]
  demand(asked, manifest.components.keys(), 'component')
  if (flags.environment !== undefined) {
    demand([flags.environment], manifest.environments.keys(), 'environment')
  }
  const here = directory === '' ? undefined : componentsAt(manifest, directory)
  const components = asked.length > 0 ? asked : here?.length === 0 ? undefined : here
  return ({ component, environment }) =>
    (components?.includes(component) ?? true) &&
    (flags.environment === undefined || environment === flags.environment)
}

function demand(asked: readonly string[], known: Iterable<string>, what: string): void {
  const all = [...known]
  const unknown = asked.find((name) => !all.includes(name))
  if (unknown === undefined) return
  throw invalid(`there is no ${what} ${JSON.stringify(unknown)}`, {
    next: didYouMean(unknown, all) ?? `There are: ${all.join(', ')}.`,
  })
}
