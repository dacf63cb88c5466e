/** A name to sign in with, made of somebody's full name: `Ada Lovelace` is `ada.lovelace`. */
export function accountNameOf(fullName: string): string {
  return fullName
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '.')
    .replace(/^\.+|\.+$/g, '')
    .slice(0, 63)
}

/** What the server accepts as a name of a person or a team; browsers read it with the flag `v`. */
export const accountNamePattern = String.raw`[a-z0-9][a-z0-9._\-]{0,62}`
