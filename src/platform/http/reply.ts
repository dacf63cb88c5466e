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
  return new Response(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
    status,
    headers: { ...headers, 'Content-Length': String(bytes.length) },
  })
}
