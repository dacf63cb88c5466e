/** Loads what reads plan files: most commands never do, and a plan takes longer than that. */
export function loadPlanReader() {
  return import('./decode/read-plan-file.ts')
}
