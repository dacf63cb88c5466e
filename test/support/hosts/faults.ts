import type { FakeCalls, FakeFaults, Fault } from './host.ts'

/** What goes wrong next, for the host that asks. */
export interface FaultList extends FakeFaults {
  /** The fault that this call meets, used up. */
  take(route: string): Fault | undefined
}

export function faultList(): FaultList {
  let waiting: { fault: Fault; times: number; route: string }[] = []
  return {
    next(fault, { times = 1, route = '' } = {}) {
      waiting.push({ fault, times, route })
    },
    clear() {
      waiting = []
    },
    take(route) {
      const next = waiting.find((each) => each.times > 0 && route.includes(each.route))
      if (next === undefined) return undefined
      next.times -= 1
      return next.fault
    },
  }
}

export interface CallList extends FakeCalls {
  add(route: string): void
}

export function callList(): CallList {
  const all: string[] = []
  return {
    all,
    add: (route) => all.push(route),
    count: (route = '') => all.filter((each) => each.includes(route)).length,
    clear: () => all.splice(0),
  }
}
