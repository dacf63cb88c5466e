import { describe, expect, test } from 'vitest'
import { readConfig } from './config.ts'

describe('the server that commands ask', () => {
  test.each([
    ['https://portolan.example.com', 'https://portolan.example.com'],
    ['https://portolan.example.com/', 'https://portolan.example.com'],
    ['http://localhost:7070/tools/portolan/', 'http://localhost:7070/tools/portolan'],
  ])('%s', (text, url) => {
    expect(readConfig({ PORTOLAN_URL: text }).serverUrl).toBe(url)
  })

  test.each([
    'portolan.example.com',
    'ftp://portolan.example.com',
    'https://ada:secret@portolan.example.com',
    'https://portolan.example.com/?a=b',
  ])('%s is refused, without its password', (text) => {
    expect(() => readConfig({ PORTOLAN_URL: text })).toThrow(/^(?!.*secret).*PORTOLAN_URL/)
  })

  test('without one this process does what is asked; an empty variable is none', () => {
    expect(readConfig({}).serverUrl).toBeUndefined()
    expect(readConfig({ PORTOLAN_URL: '' }).serverUrl).toBeUndefined()
  })

  test('its token, and the database, are not in the environment of what is run', () => {
    const { environment, serverToken } = readConfig({
      PORTOLAN_TOKEN: 'ptl_x',
      DATABASE_URL: 'postgres://a:b@c/d',
      HOME: '/home/ada',
    })
    expect(serverToken).toBe('ptl_x')
    expect(environment).toEqual({ HOME: '/home/ada' })
  })
})
