import type { JsonObject } from '../../schemas/json.ts'
import { toStrictJson } from '../core/strict-json.ts'
import type { Connection } from './connection.ts'
import type { Dispatcher, Send } from './router.ts'
import type { Session } from './session.ts'

/** What became of a message. */
export type Outcome = 'handled' | 'failed' | 'unknown type'

/** The object of a session that answers its messages. It finds the session's connection; it does not keep one. */
export class Controller {
  /** The session that it answers for. */
  readonly session: Session
  /** Finds the handler of a message. */
  protected readonly dispatcher: Dispatcher
  /** Takes what a handler has thrown. */
  protected readonly onError: (error: unknown) => void

  constructor(session: Session, dispatcher: Dispatcher, onError: (error: unknown) => void) {
    this.session = session
    this.dispatcher = dispatcher
    this.onError = onError
  }

  /** Pushes a message to the session's connection. False, and nothing queued, when there is none. */
  send(message: JsonObject): boolean {
    return this.sendOn(this.session.connection, message)
  }

  /**
   * Answers one message. Replies go to `origin`, the connection that carried the request, and to no other:
   * a session that was taken over meanwhile has a different one (`llming/superseding/reply-stays-on-its-socket`).
   */
  async handleMessage(message: JsonObject, origin: Connection | undefined): Promise<Outcome> {
    const send: Send = frame => this.sendOn(origin, frame)
    if (message.type === 'heartbeat') {
      send({ type: 'heartbeat_ack' })
      return 'handled'
    }
    const route = this.dispatcher.find(message.type)
    if (!route) return 'unknown type'
    try {
      const args = this.dispatcher.bind(route, message, { controller: this, send })
      const reply = this.dispatcher.reply(message, await route.handler(args))
      if (reply) origin?.send(toStrictJson(reply))
      return 'handled'
    } catch (error) {
      this.onError(error)
      send(this.dispatcher.errorReply(message, error))
      return 'failed'
    }
  }

  /** Called when the session is taken over or ends. */
  cleanup(): void | Promise<void> {}

  /** Sends on one connection. False when it has ended or the message has no JSON form. */
  protected sendOn(connection: Connection | undefined, message: JsonObject): boolean {
    try {
      return connection?.send(toStrictJson(message)) ?? false
    } catch (error) {
      this.onError(error)
      return false
    }
  }
}
