import type { PickedVectors } from '../kit/vectors.ts'

const url = 'ai-sessions/connecting/client-websocket-url'
const prompt = 'ai-sessions/lifecycle/prompt-text-unchanged'

function websocketUrl(baseUrl: string, sessionId: string, token: string) {
  return { operation: 'websocket-url', given: { baseUrl, sessionId, token } }
}

/** Vectors of `ai-sessions` that no schema gives. */
export const vectors: PickedVectors = {
  operations: { 'websocket-url': 'the URL of the WebSocket of a session, at the usual paths' },
  computations: [
    {
      ...websocketUrl('https://service.example', 's-1', 'a.b.c'),
      result: 'wss://service.example/v1/sessions/s-1/ws?token=a.b.c',
      judgement: 'valid',
      requirement: url,
      why: 'an encrypted connection stays one',
    },
    {
      ...websocketUrl('http://127.0.0.1:8080', 's-1', 'a.b.c'),
      result: 'ws://127.0.0.1:8080/v1/sessions/s-1/ws?token=a.b.c',
      judgement: 'valid',
      requirement: url,
      why: 'and one that is not encrypted, too, at its port',
    },
    {
      ...websocketUrl('https://service.example/', 's-1', 'a.b.c'),
      result: 'wss://service.example/v1/sessions/s-1/ws?token=a.b.c',
      judgement: 'valid',
      requirement: 'ai-sessions/routing/client-base-url-slash',
      why: 'a slash at the end of the base makes no difference',
    },
    {
      ...websocketUrl('https://service.example', 'a/b ?#ä', 'a.b.c'),
      result: 'wss://service.example/v1/sessions/a%2Fb%20%3F%23%C3%A4/ws?token=a.b.c',
      judgement: 'valid',
      requirement: 'ai-sessions/routing/client-ids-encoded',
      why: 'an id is one segment of the path, whatever it contains',
    },
    {
      ...websocketUrl('https://service.example', 's-1', 'a+b/c=&d'),
      result: 'wss://service.example/v1/sessions/s-1/ws?token=a%2Bb%2Fc%3D%26d',
      judgement: 'valid',
      requirement: url,
      why: 'a plus that is left as it is would arrive as a space',
    },
  ],
  shapes: {
    'frames/client/prompt': [
      {
        text: '{"type":"prompt","payload":{"text":"\\u2028\\"\\ud834\\udd1e\\u0000"}}',
        judgement: 'valid',
        requirement: prompt,
        why: 'a line separator, a quote, a character beyond the basic plane and the character zero',
      },
      {
        text: '{"type":"prompt","payload":{"text":"\\ud800"}}',
        judgement: 'implementation-defined',
        requirement: prompt,
        why: 'half of a surrogate pair, which is not in every language a text',
      },
      {
        text: '{"type":"prompt","payload":{"text":"a"},"payload":{"text":"b"}}',
        judgement: 'implementation-defined',
        requirement: 'ai-sessions/framing/bad-frames-survived',
        why: 'a member twice: parsers keep the first, the last or neither',
      },
      {
        text: '{"type":"prompt","payload":{"text":"a"},"__proto__":{"type":"interrupt"}}',
        judgement: 'valid',
        requirement: 'ai-sessions/framing/unknown-member-tolerated',
        why: 'a member like any other',
      },
    ],
    'frames/client/upload_request': [
      {
        text: '{"type":"upload_request","payload":{"request_id":"r","filename":"f","content_type":"text/plain","size":9007199254740993}}',
        judgement: 'invalid',
        requirement: 'ai-sessions/transferring/ws-tickets',
        why: 'a size that a double cannot hold',
      },
      {
        text: '{"type":"upload_request","payload":{"request_id":"r","filename":"f","content_type":"text/plain","size":2.0}}',
        judgement: 'valid',
        requirement: 'ai-sessions/transferring/ws-tickets',
        why: 'to JSON Schema a number without a fraction is an integer, however it is spelled',
      },
    ],
  },
}
