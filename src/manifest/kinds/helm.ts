import type { LaterKind } from './kind.ts'

/** Charts of Helm. */
export const helm: LaterKind = {
  name: 'helm',
  next: 'Until then a `run` component can call helm itself: run: helm upgrade --install …',
}
