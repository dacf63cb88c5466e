/** Colours of the command line; each is a function so that `plain` needs no conditions. */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  good(text: string): string
  bad(text: string): string
  warn(text: string): string
  accent(text: string): string
}

const sgr = (open: number, close: number) => (text: string) =>
  text === '' ? text : `\u001b[${open}m${text}\u001b[${close}m`

export const colored: Style = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  good: sgr(32, 39),
  bad: sgr(31, 39),
  warn: sgr(33, 39),
  accent: sgr(36, 39),
}

const asItIs = (text: string) => text

export const plain: Style = {
  bold: asItIs,
  dim: asItIs,
  good: asItIs,
  bad: asItIs,
  warn: asItIs,
  accent: asItIs,
}
