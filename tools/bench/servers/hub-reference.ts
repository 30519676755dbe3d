import { createHubServer, listen } from '../../../reference/hub/index.ts'
import { tellReady } from './serve.ts'

const hub = createHubServer({ secret: 'a secret for the benchmark only, not for use', onLog: () => {} })
const host = await listen([hub])
const user = async (role: string, number: number) => {
  const { id } = hub.accounts.create({ username: `${role}-${number}`, role })
  return { id, token: await hub.tokens.sign({ id, role }) }
}
const users = (role: string, count: number) =>
  Promise.all(Array.from({ length: count }, (_, number) => user(role, number)))
tellReady({
  url: `${host.url.replace('http', 'ws')}/api/ws`,
  senders: await users('AGENT', 50),
  others: await users('MEMBER', 5_000),
})
