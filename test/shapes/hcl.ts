import { labProvider } from '../support/provider/mirror.ts'

/** A `terraform_data` resource; `input` is an expression. */
export function resource(name: string, input: string): string {
  return `resource "terraform_data" "${name}" {\n  input = ${input}\n}\n`
}

/** A root output; `value` is an expression. */
export function output(name: string, value: string): string {
  return `output "${name}" {\n  value = ${value}\n}\n`
}

/** Any block with a body of its own. */
export function block(header: string, body: string): string {
  return `${header} {\n${body}\n}\n`
}

/** The test provider, which is not built in. */
export const usesLab = `
terraform {
  required_providers {
    lab = {
      source = "${labProvider}"
    }
  }
}
`
