import type { Outbound } from '../../schemas/hub/envelope.ts'
import type { Connection } from './connection.ts'
import { encode } from './envelope.ts'
import { isProgram } from './roles.ts'
import type { Roster } from './roster.ts'

/** The types whose frames a human sender gets back. */
const echoed: ReadonlySet<string> = new Set(['CHAT', 'CHAT_STREAM', 'CHAT_STREAM_END'])

/** Who gets a frame: the table of the `routing` section. */
export class Router {
  protected readonly roster: Roster<Connection>

  constructor(roster: Roster<Connection>) {
    this.roster = roster
  }

  /** Sends a frame to all who are to get it. Its text is made once, however many they are. */
  deliver(frame: Outbound, from?: Connection): void {
    const text = encode(frame)
    for (const reader of this.readers(frame)) reader.send(text, from)
  }

  /** Nobody is named twice. A target that is not there is nobody; it is no reason to tell everybody. */
  protected *readers(frame: Outbound): Iterable<Connection> {
    if (!frame.target_id) return yield* this.roster.all()
    const target = this.roster.of(frame.target_id)
    if (target) yield target
    const sender = this.echoes(frame) ? this.roster.of(frame.sender_id) : undefined
    if (sender && sender !== target) yield sender
  }

  /** Programs hear no echo: one that answers what it hears would talk to itself. */
  protected echoes({ type, sender_role }: Outbound): boolean {
    return echoed.has(type) && !isProgram(sender_role)
  }
}
