import Type from 'typebox'
import { type JsonObject, parseJsonObject } from '../../schemas/json.ts'
import { defineProtocol, limit } from '../../schemas/protocol.ts'
import { type Check, checksFor } from '../engine/check.ts'
import { Unreached } from '../engine/evidence.ts'
import { defineProfile, type JudgedRequirement, type Profile } from '../engine/profile.ts'
import { Socket } from '../engine/socket.ts'
import type { Provider } from '../engine/target/provider.ts'
import { RunningProvider } from '../engine/target/running-provider.ts'
import { Trial } from '../engine/trial.ts'
import { answering, type TestServer, webServer } from './test-server.ts'

const number = Type.Integer()

/** The smallest protocol that a profile can have: numbers are sent, and come back doubled. */
export const toyProtocol = defineProtocol({
  name: 'toy',
  title: 'Toy',
  summary: 'Doubles numbers.',
  capabilities: { ws: 'a WebSocket' },
  limits: Type.Object({ patienceMs: limit('a limit to declare', 50) }),
  frames: {
    double: {
      from: 'client',
      summary: 'A number.',
      requirement: ['toy/framing/shape'],
      schema: Type.Object({ type: Type.Literal('double'), n: number }),
    },
    doubled: {
      from: 'server',
      summary: 'Twice that number.',
      requirement: ['toy/framing/shape'],
      schema: Type.Object({ type: Type.Literal('doubled'), n: number }),
    },
  },
  settings: Type.Object({ strict: Type.Optional(Type.Boolean()) }),
})

export class ToyTrial extends Trial {
  async connect(path = '/'): Promise<ToySocket> {
    const wire = await this.dial(path)
    if (!wire.open) throw new Unreached('the connection did not open')
    return this.watch(wire, ToySocket)
  }
}

export class ToySocket extends Socket<ToyTrial> {
  /** Expects the next message to be the answer: a wrong one is told at once. */
  async doubles(n: number): Promise<void> {
    this.send({ type: 'double', n })
    const answer = await this.claim(() => true, this.trial.tolerance.replyWithinMs)
    this.trial.equal(answer?.json, { type: 'doubled', n: 2 * n }, 'the answer')
  }
}

export const { check, when } = checksFor<ToyTrial, string>()

/** A profile of these checks. Each judges a server's MUST of its id, unless `marks` say more. */
export function toyProfile(
  checks: readonly Check[],
  marks: Readonly<Record<string, Partial<JudgedRequirement>>> = {},
): Profile {
  // A client's requirement is not judged, so the shapes make themselves felt only where a test asks for it.
  const all: typeof marks = { 'toy/framing/shape': { role: 'client' }, ...marks }
  const ids = new Set([...checks.map(({ id }) => id), ...Object.keys(all)])
  return defineProfile({
    protocol: toyProtocol,
    trial: ToyTrial,
    checks,
    requirements: [...ids].map(id => ({
      id,
      level: 'MUST',
      role: 'server',
      text: `${id} MUST hold.`,
      ...all[id],
    })),
  })
}

/** Answers a message with texts. */
export type ToyBehaviour = (message: JsonObject) => readonly unknown[]

export const doubling: ToyBehaviour = ({ n }) => [{ type: 'doubled', n: 2 * Number(n) }]

export function toyServer(behaviour: ToyBehaviour = doubling): Promise<TestServer> {
  return webServer({
    answer: answering(404, {}),
    message(socket, text) {
      for (const answer of behaviour(parseJsonObject(text) ?? {})) socket.send(JSON.stringify(answer))
    },
  })
}

/** A running toy server as a target. */
export function toyTarget({ url }: TestServer): Promise<Provider> {
  return RunningProvider.create(url, toyProtocol)
}
