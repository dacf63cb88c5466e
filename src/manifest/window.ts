/** When a gate is open: `Mon-Thu 09:00-16:00 Europe/London`, by the clocks on the wall there. */
export interface Window {
  /** As written. */
  readonly text: string
  /** 1 is Monday, 7 is Sunday. Of a window over midnight it is the day on which it opens. */
  readonly days: readonly number[]
  /** Minutes after midnight. */
  readonly from: number
  /** Minutes after midnight, not included; 1440 is the end of the day; before `from`: of the next day. */
  readonly to: number
  /** `Europe/London` */
  readonly zone: string
}

/** Reads a window; undefined when the text is none. */
export function parseWindow(_text: string): Window | undefined {
  return undefined
}

/** Whether the window is open at a moment. */
export function isOpen(_window: Window, _at: Date): boolean {
  return true
}

/** The first moment from `at` on at which the window is open: `at` itself when it is open now. */
export function nextOpening(_window: Window, at: Date): Date {
  return at
}
