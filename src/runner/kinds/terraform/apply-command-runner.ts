import { rm } from 'node:fs/promises'
import { readApplyLine } from '../../../engines/index.ts'
import { ProgressQueue } from '../../output/progress-queue.ts'
import type { ProgramExit } from '../../phase-runner.ts'
import type { TerraformPhase } from './terraform-phase-runner.ts'
import { ToolErrors } from './tool-errors.ts'

/** How `apply` ended, and what it said. */
export interface Ran {
  readonly exit: ProgramExit
  readonly errors: ToolErrors
  /** Terraform said that it came to the end of the apply. */
  readonly concluded: boolean
}

const longestEvent = 16 * 1024 * 1024

/** Runs `apply -json`, telling the port of each resource. It goes on should this process be killed. */
export async function runApply(
  phase: TerraformPhase,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<Ran> {
  const { log, places, port, redactor } = phase
  const errors = new ToolErrors()
  let concluded = false
  const progress = new ProgressQueue((event) => port.progress(event), redactor)
  const files = { stdout: `${places.plan}.stdout`, stderr: `${places.plan}.stderr` }
  try {
    const exit = await phase.terraform(args, {
      variables,
      files,
      maximumLine: longestEvent,
      onLine: ({ text, dropped }) => {
        const line = readApplyLine(text, dropped > 0)
        if (line.isSummary === true) concluded = true
        if (line.error !== undefined) errors.add(line.error)
        if (line.text !== undefined) log.line(line.text, dropped)
        if (line.progress !== undefined) progress.add(line.progress)
      },
    })
    await progress.finish()
    return { exit, errors, concluded }
  } finally {
    await Promise.all(Object.values(files).map((file) => rm(file, { force: true })))
  }
}
