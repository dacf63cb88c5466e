import { readConfig } from '../../src/app/config.ts'
import { type Context, openContext } from '../../src/app/context.ts'
import { aPlace } from './mirror.ts'

/** A server with a data directory of its own, on the database of a test. */
export async function aServer(connection: string): Promise<Context> {
  const { dataDirectory } = await aPlace()
  const config = readConfig({
    PATH: process.env['PATH'],
    HOME: dataDirectory,
    GIT_CONFIG_NOSYSTEM: '1',
    DATABASE_URL: connection,
    PORTOLAN_DATA_DIR: dataDirectory,
  })
  return openContext(config, { repositoryId: 'server', isServer: true })
}

/** A manifest with two environments and, in each, a root module and what needs it. */
export const platformFiles = {
  'portolan.yaml': [
    'version: 1',
    'environments:',
    '  dev: {}',
    '  prod: { after: dev, gate: { approvals: 2, from: [team/sre], destroy: deny } }',
    'components:',
    '  app: { terraform: app, inputs: { id: "${{ outputs.network.id }}" } }',
    '  network: { terraform: network, inputs: { name: "${{ env.name }}" } }',
    '  seed: { run: "echo seed", needs: [app], environments: [dev] }',
    '',
  ].join('\n'),
  'network/main.tf': 'variable "name" {}\noutput "id" {\n  value = "net-${var.name}"\n}\n',
  'app/main.tf': 'variable "id" {}\n',
}
