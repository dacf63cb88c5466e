/** Two recorded states that are compared. */
export interface Compared {
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** With one more or one less: the older one first; a third one takes the place of the older one. */
export function chosen({ from, to }: Compared, number: number): Compared {
  const before = [from, to].filter((one) => one !== undefined)
  if (before.includes(number)) {
    const [left] = before.filter((one) => one !== number)
    return left === undefined ? {} : { to: left }
  }
  const pair = [...before.slice(-1), number].toSorted((a, b) => a - b)
  const [older, newer] = pair
  return newer === undefined ? { to: older } : { from: older, to: newer }
}
