import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../schemas/json.ts'
import { Meta } from '../../schemas/kit/meta.ts'
import { problem } from '../../schemas/validate.ts'
import { requirements } from '../../spec/registry.ts'
import { declared, folderOf } from '../generate/declared.ts'
import { metaOf } from '../generate/meta.ts'
import { opensSocket } from '../generate/openapi.ts'
import { weigh } from './explained.ts'
import { validateAsyncApi, validateOpenApi } from './validate.ts'

const generated = fileURLToPath(new URL('../../schemas/json', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'agentwire-documents-'))

afterAll(() => rmSync(folder, { recursive: true }))

function read(path: string): JsonObject {
  return JSON.parse(readFileSync(join(generated, path), 'utf8')) as JsonObject
}

/** A copy of a generated document with one thing changed. */
function spoiled(path: string, change: (document: JsonObject) => void): string {
  const name = path.replaceAll('/', '-')
  cpSync(join(generated, path), join(folder, name))
  const document = read(path)
  change(document)
  writeFileSync(join(folder, name), JSON.stringify(document))
  return name
}

type Paths = Record<string, Record<string, { operationId: string; security: object[]; responses: object }>>

describe.each(declared.map(each => [folderOf(each), each] as const))('%s', (name, protocol) => {
  const endpoints = Object.entries(protocol.endpoints)

  test('every HTTP endpoint is an operation, with its statuses', () => {
    const expected = endpoints.filter(([, endpoint]) => !opensSocket(endpoint))
    if (expected.length === 0) return
    const { paths } = read(`${name}/openapi.json`) as { paths: Paths }
    for (const [endpoint, { method, path, responses }] of expected) {
      const operation = paths[path]?.[method.toLowerCase()]
      expect(operation?.operationId).toBe(endpoint)
      expect(Object.keys(operation?.responses ?? {})).toEqual(Object.keys(responses))
    }
    expect(Object.values(paths).flatMap(item => Object.keys(item))).toHaveLength(expected.length)
  })

  test('every frame is a message that the right side sends, and every close code is told', () => {
    const frames = Object.entries(protocol.frames)
    if (frames.length === 0) return
    const document = read(`${name}/asyncapi.json`) as {
      channels: Record<string, { 'x-close-codes': { code: number }[] }>
      operations: Record<string, { action: string; messages: { $ref: string }[] }>
    }
    const messages = (action: string) => [
      ...new Set(
        Object.values(document.operations)
          .filter(operation => operation.action === action)
          .flatMap(operation => operation.messages.map(({ $ref }) => $ref.split('/').at(-1))),
      ),
    ]
    const names = (from: string) =>
      frames.filter(([, frame]) => frame.from === from).map(([name]) => name.replaceAll('/', '.'))
    expect(messages('receive')).toEqual(names('client'))
    expect(messages('send')).toEqual(names('server'))
    for (const channel of Object.values(document.channels))
      expect(channel['x-close-codes'].map(({ code }) => code)).toEqual(
        Object.values(protocol.closes).map(({ code }) => code),
      )
  })

  test('its list of parts fits its schema and names what there is', () => {
    const meta = read(`${name}/meta.json`) as unknown as Meta
    expect(problem(Meta, meta)).toBeUndefined()
    expect(meta).toEqual(metaOf(protocol))
    const { $defs } = read(`${name}/${name}.json`) as {
      $defs: Record<string, { $id: string }>
    }
    const ids = new Set(Object.values($defs).map(({ $id }) => $id))
    const named = [
      ...[...meta.frames.client, ...meta.frames.server, ...meta.formats].map(({ schema }) => schema),
      ...meta.endpoints.flatMap(({ request, responses }) => [
        ...Object.values(request),
        ...Object.values(responses).filter(id => id !== null),
      ]),
    ]
    expect(named.filter(id => !ids.has(id))).toEqual([])
    const stated = new Set<string>(requirements.map(({ id }) => id))
    const mentioned = [...meta.frames.client, ...meta.frames.server, ...meta.endpoints, ...meta.closes]
    expect(mentioned.flatMap(({ requirement }) => requirement).filter(id => !stated.has(id))).toEqual([])
  })
})

describe('what a secret opens is said', () => {
  const { paths } = read('hub/openapi.json') as { paths: Paths }

  test('to an endpoint with a token, and not to one without', () => {
    expect(paths['/api/messages']?.get?.security).toEqual([{ authorization: [] }])
    expect(paths['/api/ping']?.get?.security).toEqual([])
  })
})

describe('the validators find', () => {
  test('a reference of OpenAPI that leads nowhere', async () => {
    const name = spoiled('hub/openapi.json', document => {
      ;(document.components as { schemas: object }).schemas = {}
    })
    const rules = (await validateOpenApi(folder, name)).map(({ rule }) => rule)
    expect(rules).toContain('no-unresolved-refs')
  })

  test('an action that AsyncAPI does not know', async () => {
    const name = spoiled('hub/asyncapi.json', document => {
      const [operation] = Object.values(document.operations as Record<string, { action: string }>)
      if (operation) operation.action = 'shout'
    })
    const found = (await validateAsyncApi(folder, name)).map(({ at }) => at)
    expect(found).toContain('#/operations/connect.receive/action')
  })

  test('no text, and then do not keep silent', async () => {
    await expect(validateOpenApi(folder, 'nothing.json')).rejects.toThrow('has not judged nothing.json')
  })
})

test('an explanation covers what it is about, and is missed when it is not needed', () => {
  const complaint = { document: 'a/openapi.json', rule: 'r', at: '#/x', message: '' }
  const explanation = { rule: 'r', because: '' }
  expect(weigh([complaint], [explanation])).toEqual({ unexplained: [], unneeded: [] })
  for (const other of [{ rule: 's' }, { document: 'b/openapi.json' }, { at: '#/y' }]) {
    const known = { ...explanation, ...other }
    expect(weigh([complaint], [known])).toEqual({ unexplained: [complaint], unneeded: [known] })
  }
})
