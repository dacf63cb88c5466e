import { EXPRESSION, list, oneOf, path, says, text } from './field.ts'
import type { Kind } from './kind.ts'
import { checkIdentifier } from './names.ts'
import { staysInside } from './path.ts'

const SYNTAX = /^(=|!=|>|>=|<|<=|~>)?\s*v?\d+(\.\d+){0,2}(-[\w.-]+)?(\+[\w.-]+)?$/

/** Whether Terraform would understand a constraint like `>= 1.6, < 2.0`. */
export function isVersionConstraint(value: string): boolean {
  return value.split(',').every((part) => SYNTAX.test(part.trim()))
}

const notHere = /^(?!git::)[\w+.-]+::|^[\w+.-]+:\/\/|^git@|^(github|gitlab|bitbucket)\.(com|org)\//

const main = text(says('must be the directory of a root module', 'Write infra/network'))
  .refine((value) => !notHere.test(value), {
    error: says(
      'must be a directory of this repository, or a git:: address',
      'Write git::https://host/repository.git//directory?ref=v1.2.0',
    ),
  })
  .refine(
    (value) => value.startsWith('git::') || value.includes(EXPRESSION) || staysInside(value),
    {
      error: says(
        'must be a directory inside the repository, seen from its root',
        'Write it without a leading `/` or `..`: infra/network',
      ),
    },
  )
  .refine((value) => !isWrongAddress(value), {
    error: says(
      'is no git:: address that can be followed',
      'Write git::https://host/repository.git//directory?ref=v1.2.0',
    ),
  })
  .describe(
    'A root module of Terraform or OpenTofu: a directory from the root of the repository, or git::https://host/repository.git//directory?ref=v1.2.0, which is resolved to a commit once for each change.',
  )

function isWrongAddress(value: string): boolean {
  if (!value.startsWith('git::') || value.includes(EXPRESSION)) return false
  return !/^git::((https?|ssh|git|file):\/\/[^/]*\/|[\w.-]+@[\w.-]+:)\S+$/.test(value)
}

/** Root modules of Terraform and OpenTofu. */
export const terraform: Kind = {
  name: 'terraform',
  main,
  keys: {
    tool: oneOf(['terraform', 'tofu'])
      .optional()
      .describe('Which tool runs it. By default the one that is installed, Terraform first.'),
    terraform_version: text(says('must be a version in quotes'))
      .refine(isVersionConstraint, {
        error: says('must be a version constraint', 'Write "~> 1.11", or ">= 1.6, < 2.0"'),
      })
      .optional()
      .describe('A constraint on the version of the tool: "~> 1.11".'),
    workspace: text()
      .optional()
      .describe("Terraform's own workspace, by default `default`. May hold expressions."),
    state: oneOf(['managed', 'own'])
      .optional()
      .describe(
        "`managed`: Portolan keeps the state. `own`: the module's own backend is kept, and Portolan records a copy after each apply.",
      ),
    var_files: list(path(), '[infra/common.tfvars]')
      .optional()
      .describe(
        'Files of variables in Terraform’s own format, from the root of the repository, in order. `?` at the end: may be absent.',
      ),
  },
  checkInput: (name) => checkIdentifier(name, 'a variable of Terraform'),
}
