import { explainFaults } from './document-faults.ts'
import { toNode } from './document-nodes.ts'
import type { YamlDocument } from './text.ts'
import { findUnquoted, mayBeCut } from './unquoted-expressions.ts'
import { parseYaml } from './yaml.ts'

/** Reads one YAML file. Aliases and merge keys are resolved, every node knows where it is written. */
export function readDocument(file: string, source: string): YamlDocument {
  const text = source.replace(/^\uFEFF/, '')
  const { documents, at } = parseYaml(file, text)
  const wrong = (offset: number, message: string, next?: string): YamlDocument => ({
    node: undefined,
    problems: [{ at: at(offset), message, next }],
  })
  if (documents === 'too deep') return wrong(0, 'the file is nested too deeply')
  const stray = /\r(?!\n)/.exec(text)
  if (stray !== null) {
    return wrong(stray.index, 'a line ends with a bare carriage return', 'Save with LF or CRLF.')
  }
  const [document, second] = documents
  if (document === undefined) return { node: undefined, problems: [] }
  const faults = documents.flatMap((one) => one.errors)
  if (faults.length > 0) return { node: undefined, problems: explainFaults(file, text, faults) }
  if (second !== undefined) {
    const message = 'a second document begins here, and a manifest is one'
    return wrong(second.range[0], message, 'Remove this line of dashes.')
  }
  if (document.directives.yaml.version !== '1.2') {
    const next = 'Remove the `%YAML` line: a manifest is YAML 1.2.'
    return wrong(0, `the file asks for YAML ${document.directives.yaml.version}`, next)
  }
  const unquoted = mayBeCut(text) ? findUnquoted(file, text) : []
  if (unquoted.length > 0) return { node: undefined, problems: unquoted }
  return toNode(document, text, at)
}
