import type { Connection } from '../../../reference/llming/connection.ts'
import type { Outcome } from '../../../reference/llming/controller.ts'
import { type Arguments, type Injected, RequestError, type Route } from '../../../reference/llming/router.ts'
import { parts } from '../../../reference/llming/server.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import type { Defect } from '../defect.ts'
import { outgoing } from '../tamper.ts'
import { isReply } from './shared.ts'

export const routing: Defect[] = [
  {
    name: 'replies-twice',
    does: 'sends every reply twice',
    breaks: ['llming/routing/result-is-replied'],
    wire: outgoing(message => (isReply(message) ? [message, message] : undefined)),
  },
  {
    name: 'answers-nothing',
    does: 'replies for handlers that return nothing',
    breaks: ['llming/routing/result-is-replied'],
    parts: {
      Dispatcher: class extends parts.Dispatcher {
        override reply(message: JsonObject, result: unknown): JsonObject | undefined {
          return super.reply(message, result ?? {})
        }
      },
    },
  },
  {
    name: 'false-ids-lost',
    does: 'leaves out a request id that counts as false',
    breaks: ['llming/routing/req-id-echoed'],
    wire: outgoing(({ _req_id, ...message }) => (_req_id || _req_id === undefined ? undefined : [message])),
  },
  {
    name: 'ids-become-texts',
    does: 'turns request ids into texts',
    breaks: ['llming/routing/req-id-echoed'],
    wire: outgoing(message =>
      isReply(message) ? [{ ...message, _req_id: String(message._req_id) }] : undefined,
    ),
  },
  {
    name: 'ids-made-up',
    does: 'puts an empty request id on frames that have none',
    breaks: ['llming/routing/req-id-not-invented'],
    wire: outgoing(message =>
      isReply(message) || !/^(windows\.(list|boom)|chunk)$/.test(String(message.type))
        ? undefined
        : [{ ...message, _req_id: null }],
    ),
  },
  {
    name: 'outer-prefix-ignored',
    does: 'drops the outermost of several prefixes',
    breaks: ['llming/routing/nested-prefixes-joined'],
    parts: {
      Dispatcher: class extends parts.Dispatcher {
        override find(type: unknown): Route | undefined {
          if (typeof type !== 'string') return undefined
          const table = new Map(
            [...this.table].map(([name, route]) => [name.replace(/^\w+\.(?=\w+\.)/, ''), route]),
          )
          return table.get(type)
        }
      },
    },
  },
  {
    name: 'types-in-any-case',
    does: 'ignores the case and the blanks of a type',
    breaks: ['llming/routing/unknown-type-ignored'],
    parts: {
      Dispatcher: class extends parts.Dispatcher {
        override find(type: unknown): Route | undefined {
          return super.find(typeof type === 'string' ? type.trim().toLowerCase() : type)
        }
      },
    },
  },
  {
    name: 'unknown-type-answered',
    does: 'answers an unknown type with an error',
    breaks: ['llming/routing/unknown-type-ignored'],
    parts: {
      Controller: class extends parts.Controller {
        override async handleMessage(message: JsonObject, origin: Connection | undefined): Promise<Outcome> {
          const outcome = await super.handleMessage(message, origin)
          if (outcome === 'unknown type') this.sendOn(origin, { type: 'error', error: 'unknown type' })
          return outcome
        }
      },
    },
  },
  {
    name: 'null-is-absent',
    does: 'uses the default for an explicit null',
    breaks: ['llming/routing/arguments-by-name'],
    parts: {
      Dispatcher: class extends parts.Dispatcher {
        override bind(route: Route, message: JsonObject, injected: Injected): Arguments {
          const args = super.bind(route, message, injected)
          for (const [name, parameter] of Object.entries(route.parameters))
            if (args[name] === null && 'default' in parameter) args[name] = parameter.default
          return args
        }
      },
    },
  },
  {
    name: 'message-overrides-injected',
    does: 'lets a message replace injected values',
    breaks: ['llming/routing/injected-not-overridable'],
    parts: {
      Dispatcher: class extends parts.Dispatcher {
        override bind(route: Route, message: JsonObject, injected: Injected): Arguments {
          const args = super.bind(route, message, injected)
          for (const name of ['controller', 'send'] as const)
            if (name in message) (args as JsonObject)[name] = message[name]
          return args
        }
      },
    },
  },
  {
    name: 'missing-argument-silent',
    does: 'says nothing when a required argument is missing',
    breaks: ['llming/routing/failure-replied'],
    wire: outgoing(message => (String(message.error).startsWith('missing') ? [] : undefined)),
  },
  {
    name: 'exception-text-sent',
    does: "sends an exception's text to the client",
    breaks: ['llming/routing/error-text-not-internal'],
    parts: {
      Dispatcher: class extends parts.Dispatcher {
        override errorReply(message: JsonObject, error: unknown): JsonObject {
          return super.errorReply(message, new RequestError((error as Error).message))
        }
      },
    },
  },
  {
    name: 'requests-at-once',
    does: 'handles the requests of a connection at the same time',
    breaks: ['llming/routing/frames-in-order'],
    parts: {
      Connection: class extends parts.Connection {
        protected override next(step: () => unknown): void {
          void (async () => step())().catch(error => this.options.onError(error))
        }
      },
    },
  },
]
