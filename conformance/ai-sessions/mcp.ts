import fc from 'fast-check'
import type { JsonObject } from '../../schemas/json.ts'
import { check } from './driver.ts'
import { anyUnicode, word } from './given.ts'
import { areKept } from './profiles.ts'

/** How the agent reaches other servers. */
export const mcp = [
  check('ai-sessions/mcp/servers-kept', {
    given: {
      names: fc.uniqueArray(word, { minLength: 2, maxLength: 2 }),
      args: fc.array(anyUnicode, { maxLength: 3 }),
    },
    async run(t, { names: [remote = 'a', local = 'b'], args }) {
      const user = await t.member()
      const http = { type: 'http', url: `https://mcp.example/${local}?q=${remote}` }
      const stdio = { type: 'stdio', command: `/usr/bin/${remote}`, args }
      const mcp_servers = {
        [remote]: { ...http, headers: { 'X-Key': 'value' } },
        [local]: { ...stdio, env: { KEY: 'value' } },
      }
      const { id } = await user.newProfile({ name: 'p', mcp_servers })
      const { mcp_servers: kept } = await user.profile(id)
      const servers = (kept ?? {}) as Record<string, JsonObject>
      t.equal(Object.keys(servers).sort(), [remote, local].sort(), 'the names of the servers')
      // What may be secret can be masked.
      areKept(t, servers[remote] ?? {}, http)
      areKept(t, servers[local] ?? {}, stdio)
    },
  }),
]
