import { HclFault, scanHcl } from './hcl-scan.ts'
import { readJsonConfig } from './json-config.ts'

/** The variables that a `.tfvars` or `.tfvars.json` file sets, each with its expression's text. */
export function readAssignments(name: string, text: string): ReadonlyMap<string, string> {
  try {
    const body = name.endsWith('.json') ? readJsonConfig(text) : scanHcl(text)
    return body.attributes
  } catch (error) {
    // The tool itself will say what is wrong with the file.
    if (error instanceof HclFault) return new Map()
    throw error
  }
}
