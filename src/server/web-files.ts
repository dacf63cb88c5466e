import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** The web UI: its built files, held in memory, as a browser asks for them. */
export interface WebFiles {
  /** The answer for a path; undefined when it is a file that the UI does not have. Everything else is a page. */
  answer(request: {
    readonly path: string
    readonly headers: Headers
  }): Promise<Response | undefined>
}

interface WebFile {
  readonly type: string
  readonly bytes: Buffer
  readonly etag: string
  /** Its name says what is in it: it never changes. */
  readonly isHashed: boolean
  brotli?: Promise<Buffer>
  gzip?: Promise<Buffer>
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
}

/** In pages names are further down, and may have dots: /projects/my.shop/workspaces/db@prod. */
const isFile = /^\/(assets\/|[^/]*\.[^/]*$)/

/** Nothing but what this server serves: no script that anybody could put into a name or an output. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** Reads the built UI. @throws when there is none */
export async function readWebFiles(directory: string): Promise<WebFiles> {
  const files = new Map<string, WebFile>()
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const type = types[path.extname(entry.name)]
    if (!entry.isFile() || type === undefined) continue
    const file = path.join(entry.parentPath, entry.name)
    const bytes = await readFile(file)
    const name = `/${path.relative(directory, file).split(path.sep).join('/')}`
    files.set(name, {
      type,
      bytes,
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`,
      isHashed: name.startsWith('/assets/'),
    })
  }
  const index = files.get('/index.html')
  if (index === undefined) throw new Error(`there is no index.html in ${directory}`)
  return {
    answer: async ({ path: asked, headers }) => {
      const file = files.get(asked) ?? (isFile.test(asked) ? undefined : index)
      return file && send(file, headers)
    },
  }
}

async function send(file: WebFile, headers: Headers): Promise<Response> {
  const sent: Record<string, string> = {
    'Content-Type': file.type,
    'Cache-Control': file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: file.etag,
    Vary: 'Accept-Encoding',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'Content-Security-Policy': contentSecurityPolicy,
    'Cross-Origin-Opener-Policy': 'same-origin',
  }
  if (headers.get('if-none-match') === file.etag) {
    return new Response(null, { status: 304, headers: sent })
  }
  const { bytes, encoding } = await encoded(file, headers.get('accept-encoding') ?? '')
  if (encoding !== undefined) sent['Content-Encoding'] = encoding
  sent['Content-Length'] = String(bytes.length)
  return new Response(new Uint8Array(bytes), { status: 200, headers: sent })
}

async function encoded(file: WebFile, accepted: string) {
  if (file.bytes.length < 1024 || file.type.startsWith('image/png')) {
    return { bytes: file.bytes, encoding: undefined }
  }
  if (/\bbr\b/.test(accepted)) {
    file.brotli ??= promisify(brotliCompress)(file.bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 9 },
    })
    return { bytes: await file.brotli, encoding: 'br' }
  }
  if (/\bgzip\b/.test(accepted)) {
    file.gzip ??= promisify(gzip)(file.bytes)
    return { bytes: await file.gzip, encoding: 'gzip' }
  }
  return { bytes: file.bytes, encoding: undefined }
}
