/** Whether a commit status is Portolan's own: the aggregate, or that of a workspace. */
export function isOwnContext(context: string): boolean {
  const name = context.toLowerCase()
  return name === 'portolan' || name.startsWith('portolan/')
}
