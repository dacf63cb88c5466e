import type { ForgeConnection } from '../../../src/forges/index.ts'
import type { FakeHost } from './host.ts'

/** As a project's settings say how its host is spoken to. */
export function connectionTo(
  host: FakeHost,
  changed: Partial<ForgeConnection> = {},
): ForgeConnection {
  return {
    projectId: 'a-project',
    kind: host.kind,
    apiUrl: host.apiUrl,
    host: `${host.kind}.example.com`,
    repository: host.repository,
    credentials: { type: 'token', token: host.token },
    secrets: [host.secret],
    settings: { hostRoles: {}, botLogin: host.botLogin, customWorkflows: false },
    ...changed,
  }
}
