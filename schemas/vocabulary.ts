/**
 * The keywords of the generated JSON Schemas that are not part of JSON Schema. They say something about a shape and
 * never refuse a value. A validator that insists on known keywords must be told of them, for example by
 * `ajv.addVocabulary(Object.keys(vocabulary))`.
 */
export const vocabulary = {
  'x-direction': 'who sends it: `client-to-server` or `server-to-client`',
  'x-requirement': 'ids of the requirements that state the shape, the most specific first',
  'x-method': 'method of the endpoint',
  'x-path': 'path of the endpoint, with `{name}` for a parameter',
  'x-close-codes': "the protocol's close codes, each with reason, cause and what a client does next",
} as const satisfies Record<`x-${string}`, string>
