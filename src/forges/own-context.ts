/** Whether a commit status is Portolan's own: the aggregate, or that of a workspace. */
export function isOwnContext(context: string): boolean {
  return context === 'portolan' || context.startsWith('portolan/')
}
