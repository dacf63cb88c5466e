/** Gives its members back one by one, those that come before others first. */
export interface Heap<T> {
  push(member: T): void
  pop(): T | undefined
  peek(): T | undefined
}

export function createHeap<T>(comesBefore: (a: T, b: T) => boolean): Heap<T> {
  // The children of the member at n stand at 2n + 1 and 2n + 2, and never come before it.
  const members: T[] = []
  return {
    push(member) {
      members.push(member)
      rise(members, comesBefore)
    },
    pop() {
      const [first] = members
      const last = members.pop()
      if (members.length > 0 && last !== undefined) {
        members[0] = last
        sink(members, comesBefore)
      }
      return first
    },
    peek: () => members[0],
  }
}

function rise<T>(members: T[], comesBefore: (a: T, b: T) => boolean): void {
  for (let at = members.length - 1; at > 0; ) {
    const parent = (at - 1) >> 1
    if (!swapIf(members, parent, at, comesBefore)) return
    at = parent
  }
}

function sink<T>(members: T[], comesBefore: (a: T, b: T) => boolean): void {
  for (let at = 0; ; ) {
    const left = 2 * at + 1
    const child = isBefore(members, left + 1, left, comesBefore) ? left + 1 : left
    if (!swapIf(members, at, child, comesBefore)) return
    at = child
  }
}

/** Swaps two members if the lower one comes before the upper one. */
function swapIf<T>(
  members: T[],
  upper: number,
  lower: number,
  comesBefore: (a: T, b: T) => boolean,
): boolean {
  if (!isBefore(members, lower, upper, comesBefore)) return false
  const [a, b] = [members[upper], members[lower]]
  if (a === undefined || b === undefined) return false
  members[upper] = b
  members[lower] = a
  return true
}

function isBefore<T>(
  members: readonly T[],
  at: number,
  other: number,
  comesBefore: (a: T, b: T) => boolean,
): boolean {
  const [a, b] = [members[at], members[other]]
  return a !== undefined && b !== undefined && comesBefore(a, b)
}
