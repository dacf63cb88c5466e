import { Unreadable } from './unreadable.ts'
import { bytesIn, messageIn, readMessage, textIn } from './wire.ts'
import { openZip } from './zip.ts'

/** Which backend a saved plan will write to. */
export interface PinnedBackend {
  readonly type: string
  readonly workspace: string
  /** The backend's configuration (msgpack), to look for a path in. */
  readonly config: Buffer
}

/**
 * Reads the backend that a plan file pins. Undefined for anything that is not understood (another
 * format, a plan that OpenTofu encrypted): then nothing may be concluded.
 * Format: a zip whose entry `tfplan` is the protobuf message `Plan` of Terraform's
 * `internal/plans/planproto/planfile.proto`: field 13 is `Backend { type = 1; config = 2; workspace = 3 }`.
 */
export function pinnedBackend(file: Buffer): PinnedBackend | undefined {
  try {
    const backend = messageIn(readMessage(openZip(file).read('tfplan')), 13)
    if (backend === undefined) return undefined
    const config = messageIn(backend, 2)
    return {
      type: textIn(backend, 1),
      workspace: textIn(backend, 3),
      config: (config && bytesIn(config, 1)) ?? Buffer.alloc(0),
    }
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}
