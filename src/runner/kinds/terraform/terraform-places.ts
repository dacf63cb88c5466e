import path from 'node:path'
import { invalid } from '../../../platform/errors.ts'
import { type Places, placesIn } from '../../places.ts'

/** Where Terraform's state is while it works: a file, the runner's address, or the module's own backend. */
export type Backend = 'local' | 'http' | 'own'

/** Where everything of one workspace of Terraform's lies. */
export interface TerraformPlaces extends Places {
  readonly data: Readonly<Record<Backend, string>>
  /** As the local backend is told: the default workspace's file and the others' directory. */
  readonly stateFile: string
  readonly workspaceDirectory: string
  /** The file that holds this workspace's state. */
  readonly state: string
  /** A directory with nothing but the override, to ask the tool for the backend's settings. */
  readonly probe: string
}

/**
 * @throws AppError `invalid` for a workspace name that Terraform would not take: it is part of a path.
 */
export function terraformPlacesIn(
  workDirectory: string,
  terraformWorkspace: string,
): TerraformPlaces {
  if (!/^[A-Za-z0-9._~$&+=:@-]+$/.test(terraformWorkspace) || /^\.\.?$/.test(terraformWorkspace)) {
    throw invalid(`${JSON.stringify(terraformWorkspace)} is no name for a Terraform workspace`, {
      next: 'Use letters, digits, - and _.',
    })
  }
  const place = (name: string) => path.join(workDirectory, name)
  const stateFile = place('terraform.tfstate')
  const workspaceDirectory = place('terraform.tfstate.d')
  return {
    ...placesIn(workDirectory),
    data: { local: place('data'), http: place('data-http'), own: place('data-own') },
    stateFile,
    workspaceDirectory,
    state:
      terraformWorkspace === 'default'
        ? stateFile
        : path.join(workspaceDirectory, terraformWorkspace, 'terraform.tfstate'),
    probe: place('probe'),
  }
}
