import { tellReady } from './serve.ts'
import { sessionService } from './session-service.ts'

const { url, token, ask } = await sessionService()
const sockets: string[] = []
for (let i = 0; i < 1_000; i++) {
  const { session } = (await (await ask('/v1/sessions', {})).json()) as { session: { id: string } }
  sockets.push(`${url.replace('http', 'ws')}/v1/sessions/${session.id}/ws?token=${token}`)
}
tellReady({ url, token, sockets })
