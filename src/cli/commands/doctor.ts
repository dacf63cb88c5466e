import { type Call, exit } from '../call.ts'
import { sanitiseLine } from '../render/text.ts'
import { examine } from '../workspace/examination.ts'

/** Looks whether everything is there that Portolan needs. */
export async function run(call: Call): Promise<number> {
  const { terminal } = call
  const { style } = terminal
  const findings = await examine(call)
  terminal.emit({ findings })
  for (const finding of findings) {
    const sign = finding.problem ? style.bad('✗') : style.good('✓')
    terminal.print(`${sign} ${finding.name.padEnd(10)} ${sanitiseLine(finding.text)}`)
    if (finding.next !== undefined)
      terminal.print(`  ${style.accent('→')} ${sanitiseLine(finding.next)}`)
  }
  const problems = findings.filter((finding) => finding.problem).length
  terminal.print(
    '',
    problems === 0
      ? style.good('All is well.')
      : style.bad(problems === 1 ? 'There is 1 problem.' : `There are ${problems} problems.`),
  )
  return problems === 0 ? exit.done : exit.error
}
