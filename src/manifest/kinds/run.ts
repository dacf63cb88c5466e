import { z } from 'zod'
import { flag, says, text } from './field.ts'
import type { Kind } from './kind.ts'
import { checkVariable } from './names.ts'

/** Shell jobs. */
export const run: Kind = {
  name: 'run',
  main: text(says('must be a command', 'Write run: ./scripts/seed.sh')).describe(
    'A command, run by a shell in the root of the repository. Its inputs are environment variables; it hands on outputs by appending name=value to the file that $PORTOLAN_OUTPUTS names.',
  ),
  keys: {
    once: z
      .optional(flag())
      .describe('Runs only until it has succeeded once; again only with `--force`.'),
  },
  checkInput: checkVariable,
}
