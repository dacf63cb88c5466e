import type { Cli, Ended } from './cli.ts'

/** Three jobs in two environments; prod has a gate. `app` reads what `base` gives. */
export const gated = `version: 1
project: shop
values: { size: 1 }
environments:
  dev: {}
  prod: { after: dev, gate: { approvals: 1 }, values: { size: 3 } }
components:
  base:
    run: echo "id=base-$SIZE" >>"$PORTOLAN_OUTPUTS"
    inputs: { SIZE: "\${{ values.size }}" }
    outputs: { id: string }
  app:
    run: echo "app on $BASE"
    inputs: { BASE: "\${{ outputs.base.id }}" }
  extra:
    run: echo extra
    tags: [more]
`

/** \`slow\` goes on until the file \`go\` is there; \`after\` needs it, \`beside\` does not. */
export const slowJobs = `version: 1
project: shop
environments: { dev: {} }
components:
  slow: { run: "printf 'be%s\\n' gun; until [ -e go ]; do sleep 0.05; done" }
  after: { run: echo after, needs: [slow] }
  beside: { run: echo beside }
`

/** Writes and commits a manifest. */
export async function commit(cli: Cli, manifest: string, message = 'The shop'): Promise<void> {
  await cli.write('portolan.yaml', manifest)
  await cli.write('.gitignore', 'go\nok\n')
  await cli.git('add', '--all')
  await cli.git('commit', '-q', '-m', message)
}

/** Where each workspace of a change stands, by its last event. */
export function results(ended: Ended): Record<string, unknown> {
  const told = ended.events().filter((event) => event['event'] === 'workspace')
  return Object.fromEntries(told.map((event) => [event['workspace'], event['result']]))
}
