/** The one role and database of an embedded PostgreSQL. */
export const ROLE = 'portolan'
export const DATABASE = 'postgres'
/** No TCP: the port is only a part of the socket's name. */
export const PORT = 5432

const MAP = 'portolan'

/** `postgresql.conf`: durable, small, closed to the network, and nothing of a statement in the log. */
export function serverSettings(major: number): string {
  return lines({
    listen_addresses: "''",
    port: PORT,
    unix_socket_permissions: '0700',
    max_connections: 100,
    shared_buffers: "'32MB'",
    huge_pages: 'off',
    jit: 'off',
    // Spares processes: a laptop starts this for a single command.
    max_parallel_workers_per_gather: 0,
    max_logical_replication_workers: 0,
    ...(major >= 18 ? { io_method: "'sync'" } : {}),
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    wal_level: "'minimal'",
    max_wal_senders: 0,
    // Recovery after a crash replays at most this much.
    max_wal_size: "'128MB'",
    min_wal_size: "'32MB'",
    log_destination: "'stderr'",
    logging_collector: 'off',
    log_checkpoints: 'off',
    log_line_prefix: "'%m [%p] '",
    log_timezone: "'UTC'",
    // States hold secrets: neither statements nor the values of a failing row reach the log.
    log_statement: "'none'",
    log_min_error_statement: "'panic'",
    log_error_verbosity: "'terse'",
    timezone: "'UTC'",
    datestyle: "'ISO, YMD'",
    lc_messages: "'C'",
    lc_monetary: "'C'",
    lc_numeric: "'C'",
    lc_time: "'C'",
    cluster_name: "'portolan'",
  })
}

/** `pg_hba.conf`: the socket only, and only operating system users that the map names. */
export function accessRules(): string {
  return `local all all peer map=${MAP}\n`
}

/** `pg_ident.conf`: which operating system users are the role. Root can read the files anyway. */
export function userMap(owner: string): string {
  return [...new Set([owner, 'root'])]
    .map((user) => `${MAP} "${user.replaceAll('"', '""')}" ${ROLE}\n`)
    .join('')
}

function lines(settings: Readonly<Record<string, string | number>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('')
}
