/** The same server, another database. Works for addresses without a host (`…@/name?host=/socket`). */
export function databaseUrl(serverUrl: string, database: string): string {
  return serverUrl.replace(/^(\w+:\/\/[^/?]*)(\/[^?]*)?/, `$1/${database}`)
}
