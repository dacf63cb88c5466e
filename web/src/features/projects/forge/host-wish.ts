import { type FormValues, optional } from '../../../lib/form.ts'
import type { SetProjectForge } from '../../../lib/types.ts'
import type { Way } from './ways.ts'

/** What was written into a form that connects a host; where nothing was, nothing is changed. */
export function wishOf(way: Way, value: FormValues): SetProjectForge {
  const credentials = credentialsOf(way, value)
  return {
    kind: way.kind,
    ...optional('apiUrl', value('apiUrl')),
    ...optional('repository', value('repository')),
    ...(credentials === undefined ? {} : { credentials }),
  }
}

/** Of part of an App the server says what is lacking. */
function credentialsOf(way: Way, value: FormValues): SetProjectForge['credentials'] {
  if (way.credentials === 'token') {
    const token = value('token').trim()
    return token === '' ? undefined : { type: 'token', token }
  }
  const [appId, privateKey] = [value('appId').trim(), value('privateKey').trim()]
  const installation = optional('installationId', value('installationId'))
  const isEmpty = appId === '' && privateKey === '' && installation.installationId === undefined
  return isEmpty ? undefined : { type: 'app', appId, privateKey, ...installation }
}
