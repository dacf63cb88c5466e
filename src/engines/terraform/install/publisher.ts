import type { ToolName } from '../module/config-file-names.ts'

/** Where the programs are fetched from, and whether they may be. */
export interface ToolInstall {
  /** Where they are kept: `<directory>/terraform/1.11.4/terraform`. */
  readonly directory: string
  /** Mirrors, by tool: an address, or an absolute path. The publisher's own when absent. */
  readonly mirrors: Readonly<Partial<Record<ToolName, string>>>
  /** Nothing is fetched: what is there must do. */
  readonly offline: boolean
  /** Armored keys instead of those of the publishers. */
  readonly keys?: Readonly<Partial<Record<ToolName, readonly string[]>>>
  /** Milliseconds without a byte after which a download is given up. */
  readonly patience?: number
}

/** How a publisher lays out its releases. */
export interface Publisher {
  readonly product: string
  /** Lists the versions, unsigned: what is taken of it is checked against the signed list of its version. */
  readonly index: string
  /** The address of a file of a version. */
  file(version: string, name: string): string
  readonly signatureSuffix: string
}

/**
 * Terraform: `/terraform/index.json`, `/terraform/<version>/<file>`
 * (https://releases.hashicorp.com). OpenTofu: `/v<version>/<file>` of its releases on GitHub, and
 * `api.json`, which a mirror has beside them
 * (https://github.com/opentofu/tofudl/blob/main/MIRROR-SPECIFICATION.md).
 */
export function publisherOf(name: ToolName, { mirrors }: ToolInstall): Publisher {
  const mirror = mirrors[name]?.replace(/\/+$/, '')
  if (name === 'terraform') {
    const base = `${mirror ?? 'https://releases.hashicorp.com'}/terraform`
    return {
      product: 'Terraform',
      index: `${base}/index.json`,
      file: (version, file) => `${base}/${version}/${file}`,
      signatureSuffix: '.sig',
    }
  }
  const base = mirror ?? 'https://github.com/opentofu/opentofu/releases/download'
  return {
    product: 'OpenTofu',
    index: `${mirror ?? 'https://get.opentofu.org/tofu'}/api.json`,
    file: (version, file) => `${base}/v${version}/${file}`,
    signatureSuffix: '.gpgsig',
  }
}

/** `terraform_1.11.4_SHA256SUMS` */
export function sumsName(name: ToolName, version: string): string {
  return `${name}_${version}_SHA256SUMS`
}

/** `terraform_1.11.4_linux_amd64.zip` */
export function archiveName(name: ToolName, version: string, platform: string): string {
  return `${name}_${version}_${platform}.zip`
}

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }

/** `linux_amd64`, as both publishers and Terraform itself name this machine. */
export function platformName(platform: string, arch: string): string {
  return `${platform === 'win32' ? 'windows' : platform}_${architectures[arch] ?? arch}`
}

/** An address as it may be shown: without a password. */
export function shownAddress(address: string): string {
  const url = URL.parse(address)
  if (url === null || (url.username === '' && url.password === '')) return address
  url.username = ''
  url.password = ''
  return url.href
}
