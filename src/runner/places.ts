import path from 'node:path'

/** Where what any kind needs of one workspace lies in the directory that the runner keeps for it. */
export interface Places {
  readonly root: string
  readonly claims: string
  readonly process: string
  readonly rescued: string
  /** HOME and TMPDIR of a clean environment. */
  readonly home: string
  readonly temporary: string
  /** What the apply is given of the plan. */
  readonly plan: string
  /** Inputs of the component, and those of the command line above them. */
  readonly inputs: string
  readonly variables: string
  /** A command of the person's, what it says, and the outputs that it gives. */
  readonly script: string
  readonly said: string
  readonly outputs: string
  /** Makes the fingerprints of this workspace's plans comparable with one another, and only so. */
  readonly salt: string
}

export function placesIn(workDirectory: string): Places {
  const place = (name: string) => path.join(workDirectory, name)
  return {
    root: workDirectory,
    claims: place('claims'),
    process: place('process.json'),
    rescued: place('rescued'),
    home: place('home'),
    temporary: place('tmp'),
    plan: place('plan.tfplan'),
    inputs: place('inputs.tfvars'),
    variables: place('variables.tfvars'),
    script: place('command.sh'),
    said: place('command.said'),
    outputs: place('outputs'),
    salt: place('salt'),
  }
}

/** What may hold secrets and is needed no longer than a phase lasts. */
export function passingFiles(places: Places): readonly string[] {
  return [places.plan, places.inputs, places.variables, places.script, places.said, places.outputs]
}
