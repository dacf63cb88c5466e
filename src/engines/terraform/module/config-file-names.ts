const primary = ['.tf', '.tf.json'] as const
const openTofu = ['.tofu', '.tofu.json'] as const

export type ToolName = 'terraform' | 'tofu'

/** Name of the file that puts Portolan's backend in the place of the module's own. Sorts last. */
export const overrideFileName = 'zzzz_portolan_override.tf.json'

/** Name of the file with the imports of a plan: blocks of them cannot stand in an override. */
export const importFileName = 'zzzz_portolan_import.tf.json'

export function isJsonConfig(name: string): boolean {
  return name.endsWith('.json')
}

/** Terraform merges these over the others, whatever the order of their names. */
function isOverrideFile(name: string): boolean {
  const base = name.slice(0, -(extensionOf(name)?.length ?? 0))
  return base === 'override' || base.endsWith('_override')
}

/**
 * The configuration files among a directory's names, in the order in which the tool merges them:
 * primary files, then overrides, each by name. Portolan's own files are left out.
 * Source: Terraform `internal/configs/parser_config_dir.go`; OpenTofu adds `.tofu`, which hides
 * the `.tf` of the same name.
 */
export function configFiles(names: readonly string[], tool: ToolName): readonly string[] {
  const extensions: readonly string[] = tool === 'tofu' ? [...primary, ...openTofu] : primary
  const present = new Set(names)
  const found = names.filter((name) => {
    const extension = extensionOf(name)
    if (extension === undefined || !extensions.includes(extension)) return false
    if (name === overrideFileName || name === importFileName || isIgnored(name)) return false
    const twin = name.slice(0, -extension.length) + extension.replace('.tf', '.tofu')
    return tool !== 'tofu' || twin === name || !present.has(twin)
  })
  return found
    .sort((a, b) => (a < b ? -1 : 1))
    .sort((a, b) => Number(isOverrideFile(a)) - Number(isOverrideFile(b)))
}

function extensionOf(name: string): string | undefined {
  return [...openTofu, ...primary].reverse().find((extension) => name.endsWith(extension))
}

function isIgnored(name: string): boolean {
  return name.startsWith('.') || name.endsWith('~') || (name.startsWith('#') && name.endsWith('#'))
}
