import { invalid } from '../../platform/errors.ts'
import type { Call } from '../call.ts'
import { asModuleCall, type ChangeFlags } from '../change/change-flags.ts'
import { findManifest } from '../change/change-place.ts'
import { selectionText } from '../platform/selection-flags.ts'
import { type PullRequestFlag, withNewestChange } from '../pull-request/newest-change.ts'
import { applyKept, planAskApply } from '../run/apply-run.ts'
import { operationOf } from '../run/run-flags.ts'
import { parseChangeName, parseRunName } from '../typed.ts'

/** Plans, asks and applies a change or one root module; or applies what was planned before. */
export async function run(given: Call<ChangeFlags & PullRequestFlag>): Promise<number> {
  const call = await withNewestChange(given)
  const [name = ''] = call.args
  const change = parseChangeName(name)
  if (change !== undefined) return applyChangeKept(call, change)
  const id = parseRunName(name)
  if (id !== undefined) return applyKept(asModuleCall(call), id)
  const manifest = await findManifest(call)
  if (manifest !== undefined) {
    const { planAndCarryOut } = await import('../change/carry-out.ts')
    return planAndCarryOut(call, manifest, call.flags.destroy === true ? 'destroy' : 'apply')
  }
  const module = asModuleCall(call)
  return planAskApply(module, operationOf(module.flags))
}

async function applyChangeKept(call: Call<ChangeFlags>, id: number): Promise<number> {
  refusePlanning(call)
  const { carryOutKept } = await import('../change/carry-out.ts')
  return carryOutKept(call, id, { retry: false })
}

function refusePlanning({ args, flags }: Call<ChangeFlags>): void {
  const [name = '', ...more] = args
  const { environment: _, ...others } = flags
  const given: [string, unknown][] = [
    [more.join(' '), more.length > 0 ? true : undefined],
    [selectionText(others, []), selectionText(others, []) === '' ? undefined : true],
    ['--set', flags.set],
    ['--reason', flags.reason],
    ['--force', flags.force],
    ['-destroy', flags.destroy],
    ['-refresh-only', flags.refreshOnly],
    ['-refresh=false', flags.refresh === false ? true : undefined],
    ['-var', flags.var],
    ['-var-file', flags.varFile],
    ['-target', flags.target],
    ['-replace', flags.replace],
  ]
  const [flag] = given.filter(([, value]) => value !== undefined).map(([what]) => what)
  if (flag === undefined) return
  throw invalid(`${flag} has no effect on ${name}: its plans are made already`, {
    next: 'Leave it out, or plan anew with it. `-e` says how far to go.',
  })
}
