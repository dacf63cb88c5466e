// The test provider's program. Terraform starts it, reads one handshake line from standard output
// (go-plugin) and then speaks gRPC to it over TLS. Arguments: the certificate's and the key's file.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { type AnyDefinition, loadSync, type ServiceDefinition } from '@grpc/proto-loader'
import { createProvider, type Requests } from './provider.ts'

const cookie = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2'
const [certificateFile, keyFile] = process.argv.slice(2)

if (process.env['TF_PLUGIN_MAGIC_COOKIE'] !== cookie || !certificateFile || !keyFile) {
  console.error('This is a plugin of Terraform: it is not started by hand.')
  process.exit(1)
}

const definitions = loadSync(
  ['plugin.proto', 'controller.proto'].map((name) => path.join(import.meta.dirname, name)),
  { keepCase: true, longs: Number, enums: String, defaults: true },
)

const certificate = readFileSync(certificateFile)
const client = process.env['PLUGIN_CLIENT_CERT']
const credentials = ServerCredentials.createSsl(
  client === undefined ? null : Buffer.from(client),
  [{ cert_chain: certificate, private_key: readFileSync(keyFile) }],
  client !== undefined,
)

const server = new Server({
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
})
server.addService(
  service('tfplugin6.Provider'),
  answers(createProvider(process.env['LAB_DIRECTORY'])),
)
server.addService(service('plugin.GRPCController'), answers({ Shutdown: end }))
server.bindAsync('127.0.0.1:0', credentials, (error, port) => {
  if (error) throw error
  const der = certificate.toString().replaceAll(/-----[^-]+-----|\s|=/g, '')
  process.stdout.write(`1|6|tcp|127.0.0.1:${port}|grpc|${der}\n`)
})
// Terraform passes an interrupt on by StopProvider; the terminal's own must not end an apply.
process.on('SIGINT', () => {})

function service(name: string): ServiceDefinition {
  const definition = definitions[name]
  if (definition === undefined || !isService(definition)) throw new Error(`no service ${name}`)
  return definition
}

function isService(definition: AnyDefinition): definition is ServiceDefinition {
  return !('format' in definition)
}

function answers(
  calls: Record<string, (request: Requests) => object>,
): UntypedServiceImplementation {
  return Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, answer(call)]))
}

function answer(call: (request: Requests) => object): handleUnaryCall<Requests, object> {
  return (request, reply) => {
    try {
      reply(null, call(request.request))
    } catch (error) {
      reply(error instanceof Error ? error : new Error(String(error)))
    }
  }
}

function end(): object {
  setImmediate(() => process.exit(0))
  return {}
}
