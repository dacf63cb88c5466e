import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { runCommand } from '../../src/platform/process/process.ts'
import { planActions } from './plan-actions.ts'
import type { Outcome, Terraform, ToolOptions } from './tool.ts'

/** Plain Terraform, as a person runs it by hand in the root module. */
export function plainTerraform({ shape, place, environment }: ToolOptions): Terraform {
  const workspace = shape.workspace === undefined ? {} : { TF_WORKSPACE: shape.workspace }
  const variables = [
    ...(shape.variableFiles ?? []).map((file) => `-var-file=${file}`),
    ...Object.entries(shape.variables ?? {}).map(([name, value]) => `-var=${name}=${value}`),
  ]

  async function run(...args: string[]): Promise<Outcome> {
    const env = { ...environment, ...workspace }
    const result = await runCommand('terraform', args, { cwd: place.module, env })
    const stdout = result.stdout.toString()
    return { exitCode: result.exitCode, text: stdout + result.stderr, stdout, actions: [] }
  }

  return {
    name: 'terraform',
    run,
    terraform: run,
    async plan(files) {
      if (files === 'new') {
        const initialization = await run('init', '-no-color', '-input=false')
        if (initialization.exitCode !== 0) return initialization
      }
      const file = `${place.beside}/plan`
      const options = ['-no-color', '-input=false', '-detailed-exitcode', `-out=${file}`]
      const plan = await run('plan', ...options, ...variables)
      if (plan.exitCode !== 2) return plan
      return { ...plan, actions: planActions((await run('show', '-json', file)).stdout) }
    },
    apply: () => run('apply', '-no-color', '-input=false', '-auto-approve', ...variables),
    destroy: () => run('destroy', '-no-color', '-input=false', '-auto-approve', ...variables),
    state: async () => (await run('state', 'pull')).stdout,
    async serve(module) {
      const address = `${place.stateServer}/${module}`
      const body = await readFile(path.join(place.root, module, 'terraform.tfstate'))
      await fetch(address, { method: 'POST', body })
      return { address, password: 'ptl_none', close: async () => undefined }
    },
  }
}
