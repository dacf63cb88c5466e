import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Client, type PoolConfig } from 'pg'

/** A way to a server that can be cut as if that had gone. */
export interface Gate {
  readonly port: number
  /** From now on nothing answers there, and what was connected is cut. */
  shut(): Promise<void>
  open(): Promise<void>
  close(): Promise<void>
}

export interface DatabaseGate extends Omit<Gate, 'port'> {
  /** The same database, through the gate. */
  readonly connection: PoolConfig
}

/** A way to a database that can be cut as if its server had gone. */
export async function gateTo(connectionString: string): Promise<DatabaseGate> {
  const { host, port, user, password, database } = new Client({ connectionString })
  const { port: gatePort, ...gate } = await openGate(() =>
    host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host),
  )
  return {
    ...gate,
    connection: {
      host: '127.0.0.1',
      port: gatePort,
      user,
      database,
      ...(typeof password === 'string' ? { password } : {}),
    },
  }
}

/** A way to whatever `reach` connects to. */
export async function openGate(reach: () => Socket): Promise<Gate> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const upstream = reach()
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
  const { port } = server.address() as AddressInfo
  const shut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  return {
    port,
    shut,
    open: () => listen(port),
    close: async () => {
      if (server.listening) await shut()
    },
  }
}
