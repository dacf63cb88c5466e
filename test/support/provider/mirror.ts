import { chmod, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { generate } from 'selfsigned'

const host = 'example.test'
const version = '1.0.0'
const platforms = { linux: 'linux', darwin: 'darwin' } as const
const architectures = { x64: 'amd64', arm64: 'arm64' } as const

/** The provider's source address, for `required_providers`. */
export const labProvider = `${host}/portolan/lab`

/**
 * Lays out a filesystem mirror that offers the test provider `lab` to Terraform, in a directory that
 * stays as long as it is used.
 * @returns the text of a CLI configuration file (`TF_CLI_CONFIG_FILE`).
 */
export async function makeProviderMirror(directory: string): Promise<string> {
  const mirror = path.join(directory, 'mirror')
  const place = path.join(mirror, labProvider, version, platform())
  await mkdir(place, { recursive: true })
  // A certificate made once spares every start of the provider making one; it lies outside of the
  // package, whose hash goes into the lock file.
  const certificate = path.join(directory, 'certificate.pem')
  const key = path.join(directory, 'key.pem')
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    notAfterDate: new Date(Date.now() + 3650 * 24 * 60 * 60 * 1000),
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  })
  await writeFile(certificate, pems.cert)
  await writeFile(key, pems.private, { mode: 0o600 })

  const program = path.join(place, `terraform-provider-lab_v${version}`)
  const main = path.join(import.meta.dirname, 'main.ts')
  const command = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    main,
    certificate,
    key,
  ]
  // Terraform starts the provider three times in a plan: a fifth of that is compiling.
  const cache = `export NODE_COMPILE_CACHE=${shellQuoted(path.join(directory, 'compiled'))}`
  await writeFile(program, `#!/bin/sh\n${cache}\nexec ${command.map(shellQuoted).join(' ')}\n`)
  await chmod(program, 0o755)
  return `provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(mirror)}
    include = ["${host}/*/*"]
  }
  direct {
    exclude = ["${host}/*/*"]
  }
}
`
}

function platform(): string {
  const system = Object.entries(platforms).find(([name]) => name === process.platform)?.[1]
  const architecture = Object.entries(architectures).find(([name]) => name === process.arch)?.[1]
  if (!system || !architecture) {
    throw new Error(`the test provider knows no ${process.platform} on ${process.arch}`)
  }
  return `${system}_${architecture}`
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
