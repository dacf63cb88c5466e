import type { LaterKind } from './kind.ts'

/** Plain Kubernetes objects. */
export const kubernetes: LaterKind = {
  name: 'kubernetes',
  next: 'Until then a `run` component can call kubectl itself: run: kubectl apply -f …',
}
