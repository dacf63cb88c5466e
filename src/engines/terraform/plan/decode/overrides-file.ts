import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * True when another program than the locked one may stand in for a provider, by its developer's
 * wish (`dev_overrides`, `TF_REATTACH_PROVIDERS`), or when that cannot be told.
 * Source: Terraform `internal/command/cliconfig/cliconfig.go`, OpenTofu the same with more places.
 */
export async function mayOverrideProviders(
  variables: Readonly<Record<string, string>>,
): Promise<boolean> {
  const { TF_REATTACH_PROVIDERS: reattached, HOME: home, XDG_CONFIG_HOME: xdg } = variables
  if (reattached || !home) return true
  const directories = [
    path.join(home, '.terraform.d'),
    path.join(home, '.config', 'opentofu'),
    ...(xdg ? [path.join(xdg, 'opentofu')] : []),
  ]
  const named = ['TF_CLI_CONFIG_FILE', 'TERRAFORM_CONFIG'].flatMap((name) => variables[name] ?? [])
  const files = [
    ...named,
    path.join(home, '.terraformrc'),
    path.join(home, '.tofurc'),
    ...(await Promise.all(directories.map(configsIn))).flat(),
  ]
  const texts = await Promise.all(files.map(textOf))
  return texts.some((text) => text === undefined || text.includes('dev_overrides'))
}

async function configsIn(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => [])
  return names.filter((name) => name.includes('rc')).map((name) => path.join(directory, name))
}

/** Empty when the file is not there; undefined when it may not be read. */
async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' || error.code === 'ENOTDIR' ? '' : undefined,
  )
}
