import Type from 'typebox'

const jsonrpc = Type.Literal('2.0')
const id = Type.Union([Type.String(), Type.Integer()], { description: 'joins a response with its request' })
const anyObject = Type.Record(Type.String(), Type.Unknown())

/** One message of JSON-RPC 2.0, with the ids and parameters that MCP allows. */
export const JsonRpcMessage = Type.Union([
  Type.Object(
    { jsonrpc, method: Type.String(), id: Type.Optional(id), params: Type.Optional(anyObject) },
    { description: 'a request, or without an id a notification' },
  ),
  Type.Object({ jsonrpc, id, result: anyObject }, { description: 'a result' }),
  Type.Object(
    {
      jsonrpc,
      id: Type.Optional(id),
      error: Type.Object({
        code: Type.Integer(),
        message: Type.String(),
        data: Type.Optional(Type.Unknown()),
      }),
    },
    { description: 'a failure' },
  ),
])
