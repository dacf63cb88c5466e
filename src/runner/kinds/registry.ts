import type { KindName } from '../../manifest/index.ts'
import type { Kind } from '../kind.ts'
import { runKind } from './run/run-kind-runner.ts'
import { terraformKind } from './terraform/terraform-kind-runner.ts'

const kinds: Readonly<Record<KindName, Kind>> = { terraform: terraformKind, run: runKind }

/** How components of that kind are planned and applied. */
export function kindOf(name: KindName): Kind {
  return kinds[name]
}
