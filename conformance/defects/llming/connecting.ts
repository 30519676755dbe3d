import { wrapTaken } from '../../../reference/core/service.ts'
import { parts } from '../../../reference/llming/server.ts'
import type { Session } from '../../../reference/llming/session.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import type { Defect } from '../defect.ts'

export const connecting: Defect[] = [
  {
    name: 'query-breaks-the-url',
    does: 'does not find a session whose URL has a query',
    breaks: ['llming/connecting/registered-session-opens'],
    wire: {
      upgrade: (request, pass) =>
        request.url.includes('?') ? new Response('', { status: 404 }) : pass(request),
    },
  },
  {
    name: 'unknown-session-by-http',
    does: 'refuses an unknown session before the handshake, where a browser cannot see why',
    breaks: ['llming/connecting/unknown-session-4004'],
    ...unknownByHttp(),
  },
  {
    name: 'unknown-session-told',
    does: 'sends an error frame to an unknown session before closing',
    breaks: ['llming/connecting/refused-connection-no-effect'],
    wire: {
      upgrade(request, pass) {
        if (!/unknown/.test(request.url)) return pass(request)
        return wrapTaken(pass(request), handler => ({
          ...handler,
          opened(socket) {
            socket.send('{"type":"error","error":"no such session"}')
            handler.opened(socket)
          },
        }))
      },
    },
  },
  {
    name: 'push-goes-astray',
    does: 'delivers every second push to another session',
    breaks: ['llming/connecting/sessions-isolated'],
    parts: {
      Controller: class extends parts.Controller {
        static previous: InstanceType<typeof parts.Controller> | undefined
        override send(message: JsonObject): boolean {
          const Kind = this.constructor as unknown as { previous?: InstanceType<typeof parts.Controller> }
          const other = Kind.previous
          Kind.previous = this
          const astray = other && other !== this && other.session.connection
          return astray ? this.sendOn(astray, message) : super.send(message)
        }
      },
    },
  },
  {
    name: 'no-controller-closes',
    does: 'ends the connection of a session without controller at its first frame',
    breaks: ['llming/connecting/no-controller-survives'],
    parts: {
      Connection: class extends parts.Connection {
        protected override async handle(message: JsonObject): Promise<void> {
          if (this.session.controller) await super.handle(message)
          else this.end({ code: 1011, reason: '' })
        }
      },
    },
  },
]

/** Refuses by HTTP what is to be refused by a close. */
function unknownByHttp(): Pick<Defect, 'parts' | 'wire'> {
  const known = new Set<string>()
  return {
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        override add(session: Session): void {
          known.add(session.id)
          super.add(session)
        }
        override remove(session: Session): boolean {
          known.delete(session.id)
          return super.remove(session)
        }
      },
    },
    wire: {
      upgrade: (request, pass) =>
        known.has(new URL(request.url).pathname.slice('/ws/'.length))
          ? pass(request)
          : new Response('', { status: 404 }),
    },
  }
}
