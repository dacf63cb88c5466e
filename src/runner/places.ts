import path from 'node:path'
import { invalid } from '../platform/errors.ts'

/** Where everything of one workspace lies in the directory that the runner keeps for it. */
export interface Places {
  readonly root: string
  readonly claims: string
  readonly data: Readonly<Record<'local' | 'http', string>>
  /** As the local backend is told: the default workspace's file and the others' directory. */
  readonly stateFile: string
  readonly workspaceDirectory: string
  /** The file that holds this workspace's state. */
  readonly state: string
  /** A directory with nothing but the override, to ask the tool for the backend's settings. */
  readonly probe: string
  readonly plan: string
  readonly inputs: string
  readonly process: string
  readonly rescued: string
  readonly home: string
  readonly temporary: string
}

/**
 * @throws AppError `invalid` for a workspace name that Terraform would not take: it is part of a path.
 */
export function placesIn(workDirectory: string, terraformWorkspace: string): Places {
  if (!/^[A-Za-z0-9._~$&+=:@-]+$/.test(terraformWorkspace) || /^\.\.?$/.test(terraformWorkspace)) {
    throw invalid(`${JSON.stringify(terraformWorkspace)} is no name for a Terraform workspace`, {
      next: 'Use letters, digits, - and _.',
    })
  }
  const stateFile = path.join(workDirectory, 'terraform.tfstate')
  const workspaceDirectory = path.join(workDirectory, 'terraform.tfstate.d')
  return {
    root: workDirectory,
    claims: path.join(workDirectory, 'claims'),
    data: { local: path.join(workDirectory, 'data'), http: path.join(workDirectory, 'data-http') },
    stateFile,
    workspaceDirectory,
    state:
      terraformWorkspace === 'default'
        ? stateFile
        : path.join(workspaceDirectory, terraformWorkspace, 'terraform.tfstate'),
    probe: path.join(workDirectory, 'probe'),
    plan: path.join(workDirectory, 'plan.tfplan'),
    inputs: path.join(workDirectory, 'inputs.tfvars'),
    process: path.join(workDirectory, 'process.json'),
    rescued: path.join(workDirectory, 'rescued'),
    home: path.join(workDirectory, 'home'),
    temporary: path.join(workDirectory, 'tmp'),
  }
}
