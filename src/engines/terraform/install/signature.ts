import { unavailable } from '../../../platform/errors.ts'
import type { ToolName } from '../module/config-file-names.ts'

/**
 * Verifies a detached signature over a text by one of a publisher's keys.
 * @throws AppError `unavailable` when it is not that publisher who signed exactly this
 */
export async function verifySignature(
  text: Buffer,
  signature: Buffer,
  armoredKeys: readonly string[],
): Promise<void> {
  // A large library, which only this needs.
  const { createMessage, readKey, readSignature, verify } = await import('openpgp')
  const verifyWith = async (armoredKey: string) => {
    // One at a time: of two with the same id it would take the first, whether that one fits or not.
    const { signatures } = await verify({
      message: await createMessage({ binary: new Uint8Array(text) }),
      signature: await readSignature({ binarySignature: new Uint8Array(signature) }),
      verificationKeys: await readKey({ armoredKey }),
      expectSigned: true,
    })
    await Promise.any(signatures.map(({ verified }) => verified))
  }
  try {
    await Promise.any(armoredKeys.map(verifyWith))
  } catch (cause) {
    throw unavailable('its list of checksums is not signed by its publisher', { cause })
  }
}

/** The keys that sign the releases of a tool, armored. */
export async function keysOf(name: ToolName): Promise<readonly string[]> {
  return name === 'terraform'
    ? (await import('./hashicorp-key.ts')).hashicorpKeys
    : (await import('./opentofu-key.ts')).opentofuKeys
}

/**
 * The sha256 of a file in a list as `sha256sum` writes it.
 * @throws AppError `unavailable` when it is not in it exactly once
 */
export function checksumOf(list: string, file: string): string {
  const found = list
    .split('\n')
    .map((line) => /^([0-9a-f]{64}) [ *](.+?)\r?$/.exec(line))
    .filter((parts) => parts?.[2] === file)
  const sum = found[0]?.[1]
  if (sum !== undefined && found.length === 1) return sum
  throw unavailable(`its list of checksums has no ${file}`)
}
