import { expect, test } from 'vitest'
import { accessRules, serverSettings, userMap } from './settings.ts'

test('nothing is lost in a crash, and nothing listens on the network', () => {
  const settings = serverSettings(18).split('\n')
  expect(settings).toEqual(
    expect.arrayContaining([
      "listen_addresses = ''",
      'fsync = on',
      'synchronous_commit = on',
      'full_page_writes = on',
    ]),
  )
})

test('a setting that only newer versions know is not given to older ones', () => {
  expect(serverSettings(15)).not.toContain('io_method')
  expect(serverSettings(18)).toContain('io_method')
})

test('only the socket, only users of the map', () => {
  expect(accessRules()).toBe('local all all peer map=portolan\n')
})

test('the map names the user and root, once, whatever their names hold', () => {
  expect(userMap('root')).toBe('portolan "root" portolan\n')
  expect(userMap('dom\\ann "x"')).toBe(
    'portolan "dom\\ann ""x""" portolan\nportolan "root" portolan\n',
  )
})
