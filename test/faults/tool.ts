import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Laptop } from './laptop.ts'

/** Puts a program in Terraform's place that may call the real one as `"$REAL"`. */
export async function instead(laptop: Laptop, script: string): Promise<void> {
  const found = await laptop.shell('command -v terraform')
  const file = path.join(laptop.root, 'bin', 'terraform')
  const real = laptop.environment['REAL'] ?? found.stdout.trim()
  laptop.environment['REAL'] = real
  await writeFile(file, `#!/bin/sh\n${script}\nexec "$REAL" "$@"\n`, { mode: 0o755 })
}
