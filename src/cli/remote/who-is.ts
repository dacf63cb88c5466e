import { Session } from '../../api/session/schema.ts'
import { type Address, connectTo } from './server-connection.ts'

/** Who the server takes somebody with this token for. @throws AppError when for nobody */
export async function whoIs(address: Address): Promise<string> {
  return (await connectTo(address).get('/session', Session)).name
}
