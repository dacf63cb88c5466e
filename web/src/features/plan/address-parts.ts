/** The steps of an address: `module.net["eu.west"].aws_vpc.main[0]` → `module.net["eu.west"]`, `aws_vpc.main[0]`. */
export function moduleSteps(address: string): {
  readonly modules: string[]
  readonly rest: string
} {
  const modules: string[] = []
  let rest = address
  for (;;) {
    const [step] = /^module\.[^.[\]"]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?(?=\.)/.exec(rest) ?? []
    if (step === undefined) return { modules, rest }
    modules.push(step)
    rest = rest.slice(step.length + 1)
  }
}

const collator = new Intl.Collator('en', { numeric: true })

/** In the order in which people look for them: `a[2]` before `a[10]`. */
export function byAddress(a: string, b: string): number {
  return collator.compare(a, b)
}
