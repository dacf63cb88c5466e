/** For how long a token may be made. */
export const expiries = [
  { days: '7', label: 'in 7 days' },
  { days: '30', label: 'in 30 days' },
  { days: '90', label: 'in 90 days' },
  { days: '365', label: 'in a year' },
  { days: '', label: 'never' },
] as const

/** The moment so many days from now; nothing for a token that never expires. */
export function expiryOf(days: string, now: number): string | undefined {
  return days === '' ? undefined : new Date(now + Number(days) * 86_400_000).toISOString()
}
