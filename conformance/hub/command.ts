import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { KitFault } from '../engine/evidence.ts'
import { Matcher, show } from '../engine/match.ts'
import type { HttpAnswer } from '../engine/wire/http.ts'
import type { HubTrial } from './driver.ts'
import type { HubSocket, Person } from './person.ts'

/** Who takes part when the butler is asked to have an agent do something. */
export class CommandScene {
  readonly trial: HubTrial
  readonly butler: Person
  readonly requester: HubSocket
  readonly agent: HubSocket
  /** The administrators who are connected. */
  readonly admins: HubSocket[]

  private constructor(trial: HubTrial, butler: Person, sockets: readonly HubSocket[]) {
    const [requester, agent, ...admins] = sockets as [HubSocket, HubSocket, ...HubSocket[]]
    this.trial = trial
    this.butler = butler
    this.requester = requester
    this.agent = agent
    this.admins = admins
  }

  /** Connects a requester, an agent, and so many administrators: as a rule one. */
  static async open(t: HubTrial, { requester = 'MEMBER', admins = 1 } = {}): Promise<CommandScene> {
    t.need('butler-hook')
    const roles = [requester, 'AGENT', ...Array<string>(admins).fill('ADMIN')]
    const [butler, sockets] = await Promise.all([t.butler(), t.connected(...roles)])
    return new CommandScene(t, butler, sockets)
  }

  get admin(): HubSocket {
    return this.admins[0] as HubSocket
  }

  otherThan(admin: HubSocket): HubSocket {
    return this.admins.find(each => each !== admin) as HubSocket
  }

  /** Somebody asks for a command. */
  request(words = 'go', requester = this.requester): Command {
    return new Command(this, words, requester)
  }

  /** A command for which an administrator has been asked. */
  async pending(words?: string, requester?: HubSocket): Promise<Command> {
    const command = this.request(words, requester)
    await this.trial.arrange('an administrator is asked', () => command.isAsked())
    return command
  }

  /** A command that the agent has got, as it came there. */
  async given(requester?: HubSocket): Promise<JsonObject> {
    const command = await this.pending(undefined, requester)
    command.decide(true)
    return this.trial.arrange('an approved command is given', () => command.isDelivered())
  }

  /** Expects the butler to tell the requester something, whatever else it says. */
  async isTold(what: string, text = '', requester = this.requester): Promise<string> {
    const members = { type: 'CHAT', sender_id: this.butler.id, payload: containing(text) }
    const { payload } = await requester.gets(members, `a CHAT of the butler about ${what}`)
    return String(payload)
  }

  /**
   * The valid twin of all that must not have a command delivered: a plain yes of an administrator. What would have
   * been delivered before has come by then.
   */
  async twin(): Promise<void> {
    await this.trial.twin('a plain yes has a command delivered', async () => {
      const command = await this.pending()
      command.decide(true)
      await command.isDelivered()
    })
  }

  /** What has come to anybody but the agent is of no interest. */
  forget(): void {
    for (const socket of [this.requester, ...this.admins]) socket.forget()
  }
}

/** A command that the butler was asked to give. */
export class Command {
  /** What the agent is to do. */
  readonly text: string
  readonly #marker: string
  readonly #scene: CommandScene
  #asked: { admin: HubSocket; request: JsonObject } | undefined

  constructor(scene: CommandScene, words: string, requester: HubSocket) {
    this.#scene = scene
    this.#marker = scene.trial.newMarker()
    this.text = `${this.#marker} ${words}`
    requester.tell(scene.butler.id, 'CHAT', `cmd ${scene.agent.id} ${this.text}`)
  }

  /** The administrator who was asked. */
  get asked(): HubSocket {
    return this.#known.admin
  }

  /** The AUTH_REQUEST. */
  get request(): JsonObject {
    return this.#known.request
  }

  get actionId(): string {
    return String((this.request.payload as JsonObject).action_id)
  }

  /** Expects that one of the administrators is asked. */
  async isAsked(): Promise<void> {
    const { trial, admins } = this.#scene
    const find = () => admins.map(admin => ({ admin, request: requestIn(admin, this.#marker) }))
    await trial.becomes(admins, () => find().some(({ request }) => request))
    const found = find().find(({ request }) => request)
    if (!found?.request)
      return trial.violated({
        message: 'no administrator is asked about a command',
        expected: 'an AUTH_REQUEST whose payload has the text of the command',
        received: 'none at those administrators who are connected',
      })
    this.#asked = { admin: found.admin, request: found.request }
    trial.holds()
  }

  /** Sends a decision over the WebSocket, as the administrator who was asked unless somebody else does. */
  decide(approved: unknown, by = this.asked): void {
    this.respond({ action_id: this.actionId, approved } as JsonObject, by)
  }

  /** Sends an AUTH_RESPONSE with any payload. */
  respond(payload: unknown, by = this.asked): void {
    by.tell(this.#scene.butler.id, 'AUTH_RESPONSE', payload)
  }

  /** Sends a decision over HTTP. */
  post(approved: boolean, by = this.asked, members: JsonObject = {}): Promise<HttpAnswer> {
    const body = { action_id: this.actionId, approved, ...members }
    return this.#scene.trial.rest.ask(by.person, 'POST', '/api/chat/auth/response', { body })
  }

  /** Expects the command at the agent. */
  isDelivered(): Promise<JsonObject> {
    const { agent, butler } = this.#scene
    return agent.gets(
      { type: 'CHAT', sender_id: butler.id, target_id: agent.id, payload: containing(this.text) },
      `the command ${show(this.text)}`,
    )
  }

  /** Expects that the command has not come to the agent. Only after something that comes later has come. */
  isWithheld(what: string): void {
    this.#scene.agent.hasNotSeen(this.#marker, what)
  }

  /** How often the agent has got it. */
  get copies(): number {
    const frames = this.#scene.agent.seen(this.#marker)
    for (const frame of frames) frame.claimed = true
    return frames.length
  }

  get #known() {
    if (!this.#asked) throw new KitFault('a command must be pending before it can be decided')
    return this.#asked
  }
}

/** A text that contains another one. */
export function containing(text: string): Matcher {
  return new Matcher(
    `a text with ${show(text)} in it`,
    value => typeof value === 'string' && value.includes(text),
  )
}

function requestIn(admin: HubSocket, marker: string): JsonObject | undefined {
  const frame = admin.seen(marker).find(({ json }) => isJsonObject(json) && json.type === 'AUTH_REQUEST')
  return frame?.json as JsonObject | undefined
}
