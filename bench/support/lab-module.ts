import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { labProvider, makeProviderMirror } from '../../test/support/provider/mirror.ts'

/** A root module whose provider is not built in, and the environment that Terraform needs for it. */
export interface LabModule {
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
}

/**
 * Makes a root module with ten notes of the test provider. Every apply with another value of its
 * variable `round` changes all of them.
 */
export async function makeLabModule(directory: string): Promise<LabModule> {
  const root = path.join(directory, 'module')
  const configuration = path.join(directory, 'cli.tfrc')
  await mkdir(root, { recursive: true })
  await writeFile(configuration, await makeProviderMirror(directory))
  await writeFile(
    path.join(root, 'main.tf'),
    `terraform {
  required_providers {
    lab = {
      source = "${labProvider}"
    }
  }
}
variable "round" {
  default = "0"
}
resource "lab_note" "note" {
  count = 10
  title = "note \${count.index}"
  body  = "round \${var.round}"
}
`,
  )
  return {
    directory: root,
    environment: {
      PATH: process.env['PATH'] ?? '',
      HOME: directory,
      CHECKPOINT_DISABLE: '1',
      TF_CLI_CONFIG_FILE: configuration,
      LAB_DIRECTORY: path.join(directory, 'notes'),
    },
  }
}
