// Serves one of the peers: node main.js NAME DATABASE_URL ACCOUNT HOST:PORT
import { mercuriusServer } from './mercurius.js'
import { postgraphileServer } from './postgraphile.js'
import { yoga, yogaOneStatement } from './yoga.js'

const peers = { yoga, 'yoga-one-statement': yogaOneStatement, mercurius: mercuriusServer, postgraphile: postgraphileServer }
const [name, url, account, address] = process.argv.slice(2)
const server = await peers[name](url, account)
const [host, port] = address.split(':')
server.listen(Number(port), host)
process.on('SIGTERM', () => process.exit(0))
