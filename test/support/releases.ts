import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { crc32, deflateRawSync } from 'node:zlib'
import * as openpgp from 'openpgp'

/** A publisher's key, made for a test. */
export interface SigningKey {
  /** Armored. */
  readonly publicKey: string
  sign(text: string): Promise<Buffer>
}

export async function signingKey(): Promise<SigningKey> {
  const made = await openpgp.generateKey({
    type: 'curve25519',
    userIDs: [{ name: 'Publisher' }],
    format: 'object',
  })
  return {
    publicKey: made.publicKey.armor(),
    sign: async (text) =>
      Buffer.from(
        await openpgp.sign({
          message: await openpgp.createMessage({ binary: new TextEncoder().encode(text) }),
          signingKeys: made.privateKey,
          detached: true,
          format: 'binary',
        }),
      ),
  }
}

/** A zip archive with these files. */
export function zipOf(files: Readonly<Record<string, string | Buffer>>): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text)
    const packed = deflateRawSync(content)
    const sizes = Buffer.alloc(14)
    sizes.writeUInt32LE(crc32(content), 0)
    sizes.writeUInt32LE(packed.length, 4)
    sizes.writeUInt32LE(content.length, 8)
    sizes.writeUInt16LE(Buffer.byteLength(name), 12)
    const method = Buffer.from([20, 0, 0, 0, 8, 0, 0, 0, 0, 0])
    const local = Buffer.concat([
      Buffer.from('PK\x03\x04', 'latin1'),
      method,
      sizes,
      Buffer.alloc(2),
      Buffer.from(name),
      packed,
    ])
    const place = Buffer.alloc(4)
    place.writeUInt32LE(offset)
    directory.push(
      Buffer.concat([
        Buffer.from('PK\x01\x02\x14\x00', 'latin1'),
        method,
        sizes,
        Buffer.alloc(14 - 2 + 0),
        place,
        Buffer.from(name),
      ]),
    )
    bodies.push(local)
    offset += local.length
  }
  const entries = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(directory.length, 8)
  end.writeUInt16LE(directory.length, 10)
  end.writeUInt32LE(entries.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, entries, end])
}

/** A program that says of itself that it is this version. */
export function fakeTool(version: string): string {
  return `#!/bin/sh\necho '{"terraform_version":"${version}","platform":"linux_amd64"}'\n`
}

type Answer = Buffer | ((request: IncomingMessage, response: ServerResponse) => void)

/** A server of files on loopback; what it answers at a path can be changed at any time. */
export interface Releases extends AsyncDisposable {
  readonly url: string
  readonly answers: Map<string, Answer>
  /** Paths that were asked for, in order. */
  readonly asked: string[]
  /** Publishes a version as Terraform's publisher does. */
  publish(version: string, key: SigningKey, changes?: Partial<Release>): Promise<void>
}

export interface Release {
  readonly archive: Buffer
  /** What the list of checksums says. */
  readonly sums: string
  readonly signature: Buffer
}

export async function serveReleases(platform: string): Promise<Releases> {
  const answers = new Map<string, Answer>()
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const answer = answers.get(path)
    if (answer === undefined) response.writeHead(404).end()
    else if (typeof answer === 'function') answer(request, response)
    else response.end(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const versions: Record<string, object> = {}
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    asked,
    async publish(version, key, changes = {}) {
      const name = `terraform_${version}_${platform}.zip`
      const archive = changes.archive ?? zipOf({ terraform: fakeTool(version), 'LICENSE.txt': '' })
      const sha256 = createHash('sha256').update(archive).digest('hex')
      const sums = changes.sums ?? `${'0'.repeat(64)}  other.zip\n${sha256}  ${name}\n`
      const base = `/terraform/${version}/terraform_${version}_SHA256SUMS`
      answers.set(base, Buffer.from(sums))
      answers.set(`${base}.sig`, changes.signature ?? (await key.sign(sums)))
      answers.set(`/terraform/${version}/${name}`, archive)
      versions[version] = { builds: [{ filename: name }] }
      answers.set('/terraform/index.json', Buffer.from(JSON.stringify({ versions })))
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
