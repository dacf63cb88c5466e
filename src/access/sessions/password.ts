import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { invalid } from '../../platform/errors.ts'
import { createTurnstile } from './turnstile.ts'

/** What a password costs: memory is 128 · 2^logN · blockSize bytes. */
export interface ScryptCost {
  readonly logN: number
  readonly blockSize: number
  readonly parallel: number
}

export interface Passwords {
  /** What is stored of a password: parameters, salt and scrypt. */
  hash(password: string): Promise<string>
  /**
   * Whether it is the password. Without a stored one it is not, and finding that out takes as long:
   * nobody learns which names exist.
   */
  matches(password: string, stored: string | undefined): Promise<boolean>
  /** It was stored at another cost than passwords have now. */
  isOutdated(stored: string): boolean
}

// 32 MiB each, as OWASP recommends it; not more at once, so that signing in exhausts no memory.
const COST: ScryptCost = { logN: 15, blockSize: 8, parallel: 3 }
const AT_ONCE = { running: 2, waiting: 64 }
const LONGEST = 1000
const SHORTEST = 12
const SALT = 16
const KEY = 32

/** Keeps and compares passwords. */
export function createPasswords(cost: ScryptCost = COST): Passwords {
  const turnstile = createTurnstile(AT_ONCE)
  const derive = (password: string, salt: Buffer, at: ScryptCost) =>
    turnstile.pass(() => deriveKey(password, salt, at))
  return {
    hash: async (password) => {
      const salt = randomBytes(SALT)
      return written({ cost, salt, key: await derive(password, salt, cost) })
    },
    matches: async (password, stored) => {
      // Before anything is spent on it: what is longer is nobody's.
      if (password.length > LONGEST) return false
      const known = stored === undefined ? undefined : parse(stored)
      const { salt, key, cost: at } = known ?? { cost, salt: Buffer.alloc(SALT), key: undefined }
      const derived = await derive(password, salt, at)
      return key !== undefined && timingSafeEqual(derived, key)
    },
    isOutdated: (stored) => {
      const known = parse(stored)
      return known === undefined || parameters(known.cost) !== parameters(cost)
    },
  }
}

/** @throws AppError `invalid` for a password that is too easily guessed */
export function checkNewPassword(password: string, account: string): void {
  const problem = problemOf(password, account)
  if (problem === undefined) return
  throw invalid(`the password ${problem}`, {
    next: `Choose another: at least ${SHORTEST} characters, for example four random words.`,
  })
}

function problemOf(password: string, account: string): string | undefined {
  if (password.length > LONGEST) return `has more than ${LONGEST} characters`
  if (!password.isWellFormed()) return 'holds halves of characters'
  if ([...password].length < SHORTEST) return `has fewer than ${SHORTEST} characters`
  const lower = password.toLowerCase()
  if (new Set(lower).size < 5) return 'repeats the same few characters'
  const besides = account.length < 3 ? lower : lower.replaceAll(account, '')
  return besides.length < SHORTEST / 2 ? 'is little more than the name' : undefined
}

function deriveKey(password: string, salt: Buffer, cost: ScryptCost): Promise<Buffer> {
  const { blockSize, parallel } = cost
  const N = 2 ** cost.logN
  const options = { N, r: blockSize, p: parallel, maxmem: 256 * N * blockSize }
  return new Promise((resolve, reject) => {
    // However a keyboard composes its letters, it is the same password.
    scrypt(password.normalize('NFKC'), salt, KEY, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}

interface Stored {
  readonly cost: ScryptCost
  readonly salt: Buffer
  readonly key: Buffer
}

// Bounds what a stored text may ask for.
const FORMAT =
  /^\$scrypt\$ln=(1?\d),r=([1-9]|1\d|2\d|3[0-2]),p=([1-9])\$([\w-]{16,64})\$([\w-]{43})$/

function written({ cost, salt, key }: Stored): string {
  return `$scrypt$${parameters(cost)}$${salt.toString('base64url')}$${key.toString('base64url')}`
}

function parameters({ logN, blockSize, parallel }: ScryptCost): string {
  return `ln=${logN},r=${blockSize},p=${parallel}`
}

function parse(stored: string): Stored | undefined {
  const [, logN, blockSize, parallel, salt = '', key = ''] = FORMAT.exec(stored) ?? []
  if (logN === undefined) return undefined
  return {
    cost: { logN: Number(logN), blockSize: Number(blockSize), parallel: Number(parallel) },
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  }
}
