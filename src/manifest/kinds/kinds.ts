import { helm } from './helm.ts'
import type { Kind, LaterKind } from './kind.ts'
import { kubernetes } from './kubernetes.ts'
import { run } from './run.ts'
import { terraform } from './terraform.ts'

export const kinds: readonly Kind[] = [terraform, run]
export const laterKinds: readonly LaterKind[] = [helm, kubernetes]
