/**
 * An answer with its Content-Length, always: to Terraform a body that ends early without one looks
 * like a shorter state.
 */
export function reply(
  status: number,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return new Response(unshared(bytes), {
    status,
    headers: { ...headers, 'Content-Length': String(bytes.length) },
  })
}

/** The same bytes, not copied unless other threads could change them. */
function unshared({ buffer, byteOffset, byteLength }: Buffer): Uint8Array<ArrayBuffer> {
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer, byteOffset, byteLength)
  return new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength))
}
