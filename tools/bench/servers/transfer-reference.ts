import { tellReady } from './serve.ts'
import { sessionService } from './session-service.ts'

const { url, token } = await sessionService()
tellReady({ url, token, sockets: [] })
