import { createSessionServer, listen, scriptedAgent } from '../../../reference/ai-sessions/index.ts'

const many = 1_000_000

/** The reference service without narrow limits, and a user of it who may create sessions. */
export async function sessionService() {
  const service = createSessionServer({
    secret: 'a secret for the benchmark only, not for use',
    agent: scriptedAgent,
    limits: {
      maxSessions: many,
      createPerMinute: many,
      promptsPerMinute: many,
      pingIntervalMs: 600_000,
      inactivityTimeoutMs: 1_200_000,
    },
  })
  const { url } = await listen([service])
  const token = await service.gate.sign({ id: 'bench' })
  const ask = (path: string, body: object) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  await ask('/v1/register', {})
  await ask('/v1/auth/claude/apikey', { api_key: 'sk-ant-bench' })
  return { url, token, ask }
}
