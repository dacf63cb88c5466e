import { invalid } from '../../platform/errors.ts'
import { type Call, exit } from '../call.ts'
import { pullRequestsHere, requireNumber } from '../pull-request/place.ts'

/** Comments on a pull request; what begins with `portolan` is a command. */
export async function run(call: Call): Promise<number> {
  const { terminal, args } = call
  const [name = '', ...words] = args
  const number = requireNumber(name)
  const text = words.join(' ')
  if (text.trim() === '') {
    throw invalid('a comment needs a text', {
      next: `portolan pr comment ${number} 'portolan apply'`,
    })
  }
  const found = await (await pullRequestsHere(call)).comment(number, text)
  terminal.emit({ ...found })
  const taken = found.commands.findLast(({ body }) => body === text.trim())
  terminal.print(
    taken === undefined ? `Said in #${number}.` : `Said in #${number}, and taken as a command.`,
    ...(taken === undefined
      ? []
      : [`${terminal.style.accent('→')} portolan pr show ${number}   says what became of it`]),
  )
  return exit.done
}
