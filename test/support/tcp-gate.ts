import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Client, type PoolConfig } from 'pg'

export interface DatabaseGate {
  /** The same database, through the gate. */
  readonly connection: PoolConfig
  /** From now on nothing answers there, and what was connected is cut. */
  shut(): Promise<void>
  open(): Promise<void>
  close(): Promise<void>
}

/** A way to a database that can be cut as if its server had gone. */
export async function gateTo(connectionString: string): Promise<DatabaseGate> {
  const { host, port, user, password, database } = new Client({ connectionString })
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const upstream = host.startsWith('/')
      ? connect(`${host}/.s.PGSQL.${port}`)
      : connect(port, host)
    for (const end of [socket, upstream]) {
      sockets.add(end)
      end.once('close', () => sockets.delete(end))
      end.on('error', () => end.destroy())
    }
    socket.pipe(upstream).pipe(socket)
  })
  const listen = (at: number) =>
    new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve))
  await listen(0)
  const { port: gatePort } = server.address() as AddressInfo
  const shut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  return {
    connection: {
      host: '127.0.0.1',
      port: gatePort,
      user,
      database,
      ...(typeof password === 'string' ? { password } : {}),
    },
    shut,
    open: () => listen(gatePort),
    close: async () => {
      if (server.listening) await shut()
    },
  }
}
