/** Where to go after signing in: a page of ours, whatever an address says. */
export function safeBack(back: string | undefined): string {
  return back !== undefined && /^\/(?![/\\])[^\p{Cc}]*$/u.test(back) ? back : '/'
}
