import type { PickedVectors } from '../kit/vectors.ts'

const secret = 'a secret of agentwire, for tests only'
const nowS = 1_700_000_000
const limits = { maxAgeS: 86_400, futureSkewS: 300 }

// Signatures that were made with Python's `hmac`, not with the code that they are to judge.
const signature = '1a5d13d81427b2e292657deb0ea24384f56187d4401fe019565277d07357321a'
const ofUmlaut = '8e16637beaafc2fde16cd1519c22c8acae2487092fc90362ee0eb420a9764bef'
const ofEpoch = '13eb9a7af7d25974a9bda029f29c4e9d03757e4e0ffef09516f8071dc1af8f3f'
const ofIdentity = '2a50335dccc1be3c04295db112aafee68aa0c0b05952f3292c24e2c57accdf55'
const ofSessionAsIdentity = '7f9f093046a9dac00bb0def04b935e9ace8e12f3e105fc105c5d41547be3cf80'
const underAnotherSecret = '562f7a5de311be26e6e3e62798fa254b0f24f915634f45591371ab5eda00297a'

const format = 'llming/access/token-format'
const malformed = 'llming/access/malformed-token-refused'
const tampered = 'llming/access/session-token-tamper-proof'

/** Verifies a session token, by default at the moment of its signing. */
function session(token: string, at = nowS) {
  return { operation: 'verify-session-token', given: { secret, nowS: at, ...limits, token } }
}

function identity(token: string, at = nowS) {
  return { operation: 'verify-identity-token', given: { secret, nowS: at, ...limits, token } }
}

/** Vectors of `llming` that no schema gives. */
export const vectors: PickedVectors = {
  operations: {
    'sign-session-token': 'the token of a session; fails if the id has a dot',
    'sign-identity-token': 'the token of an identity; fails if the id has a dot',
    'verify-session-token': 'the session that a token names',
    'verify-identity-token': 'the identity that a token names',
  },
  computations: [
    {
      operation: 'sign-session-token',
      given: { secret, nowS, id: 's-1' },
      result: `s-1.1700000000.${signature}`,
      judgement: 'valid',
      requirement: format,
      why: 'an id in ASCII',
    },
    {
      operation: 'sign-session-token',
      given: { secret, nowS, id: 'sitzung-ä' },
      result: `sitzung-ä.1700000000.${ofUmlaut}`,
      judgement: 'valid',
      requirement: format,
      why: 'what is signed are the bytes of UTF-8',
    },
    {
      operation: 'sign-session-token',
      given: { secret, nowS: 0, id: 's-1' },
      result: `s-1.0.${ofEpoch}`,
      judgement: 'valid',
      requirement: format,
      why: 'the first moment is the single digit 0',
    },
    {
      operation: 'sign-session-token',
      given: { secret, nowS, id: 's.1' },
      judgement: 'invalid',
      requirement: 'llming/access/dotted-session-id-consistent',
      why: 'a dot separates the parts of a token',
    },
    {
      operation: 'sign-identity-token',
      given: { secret, nowS, id: 'u-1' },
      result: `u-1.1700000000.${ofIdentity}`,
      judgement: 'valid',
      requirement: format,
      why: 'the signed text of an identity begins with "id:"',
    },
    {
      ...session(`s-1.1700000000.${signature}`),
      result: 's-1',
      judgement: 'valid',
      requirement: format,
      why: 'fresh and untouched',
    },
    {
      ...session(`s-1.1700000000.${signature}`, nowS + 86_400),
      result: 's-1',
      judgement: 'valid',
      requirement: 'llming/access/tokens-expire',
      why: 'the last second of its life',
    },
    {
      ...session(`s-1.1700000000.${signature}`, nowS + 86_401),
      judgement: 'invalid',
      requirement: 'llming/access/tokens-expire',
      why: 'one second too old',
    },
    {
      ...session(`s-1.1700000000.${signature}`, nowS - 300),
      result: 's-1',
      judgement: 'valid',
      requirement: 'llming/access/future-token-refused',
      why: 'as far in the future as the skew of clocks allows',
    },
    {
      ...session(`s-1.1700000000.${signature}`, nowS - 301),
      judgement: 'invalid',
      requirement: 'llming/access/future-token-refused',
      why: 'one second further',
    },
    {
      ...session(`s-1.1700000000.${underAnotherSecret}`),
      judgement: 'invalid',
      requirement: format,
      why: 'signed with another secret',
    },
    {
      ...session(`s-1.1700000000.${signature.toUpperCase()}`),
      judgement: 'invalid',
      requirement: tampered,
      why: 'the same digits in upper case',
    },
    {
      ...session(`s-2.1700000000.${signature}`),
      judgement: 'invalid',
      requirement: tampered,
      why: 'the signature of another session',
    },
    {
      ...session(`s-1.1700000001.${signature}`),
      judgement: 'invalid',
      requirement: tampered,
      why: 'made one second younger',
    },
    {
      ...session(`s-1.01700000000.${signature}`),
      judgement: 'invalid',
      requirement: tampered,
      why: 'the same moment in another spelling',
    },
    {
      ...session(`s-1.1700000000.${signature.slice(0, 63)}`),
      judgement: 'invalid',
      requirement: malformed,
      why: 'a digit of the signature is missing',
    },
    {
      ...session(`s-1.1700000000.${signature}\n`),
      judgement: 'invalid',
      requirement: tampered,
      why: 'a line feed at the end, which some expressions pass over',
    },
    {
      ...session(`s-1.1700000000.${signature}.`),
      judgement: 'invalid',
      requirement: malformed,
      why: 'an empty fourth part',
    },
    { ...session(''), judgement: 'invalid', requirement: malformed, why: 'the empty text' },
    {
      ...session(`u-1.1700000000.${ofIdentity}`),
      judgement: 'invalid',
      requirement: 'llming/access/tokens-domain-separated',
      why: 'the token of an identity',
    },
    {
      ...identity(`u-1.1700000000.${ofIdentity}`),
      result: 'u-1',
      judgement: 'valid',
      requirement: format,
      why: 'fresh and untouched',
    },
    {
      ...identity(`s-1.1700000000.${signature}`),
      judgement: 'invalid',
      requirement: 'llming/access/tokens-domain-separated',
      why: 'the token of a session',
    },
    {
      ...identity(`id:s-1.1700000000.${ofSessionAsIdentity}`),
      judgement: 'invalid',
      requirement: 'llming/access/identity-token-tamper-proof',
      why: 'its parts joined so that the signed text becomes part of the value',
    },
  ],
  shapes: {
    'formats/sessionToken': [
      {
        value: `s-1.1700000000.${signature}`,
        judgement: 'valid',
        requirement: format,
        why: 'a real token',
      },
      {
        value: `s-1.1700000000.${signature}\n`,
        judgement: 'invalid',
        requirement: format,
        why: 'a line feed at the end, which some expressions pass over',
      },
      {
        value: `s-1.١٧٠٠.${signature}`,
        judgement: 'invalid',
        requirement: format,
        why: 'digits, but not those of ASCII',
      },
      {
        value: `s-1.${signature}`,
        judgement: 'invalid',
        requirement: format,
        why: 'the form without a moment',
      },
    ],
    'formats/sessionId': [
      {
        value: 'a\u00a0b',
        judgement: 'invalid',
        requirement: 'llming/access/generated-session-id-unguessable',
        why: 'a no-break space is a space',
      },
      {
        value: 'a\ufeffb',
        judgement: 'invalid',
        requirement: 'llming/access/generated-session-id-unguessable',
        why: 'a byte order mark counts as a space',
      },
      {
        value: '𝒳-ä',
        judgement: 'valid',
        requirement: 'llming/access/generated-session-id-unguessable',
        why: 'letters need not be of ASCII',
      },
    ],
    'frames/request': [
      {
        text: '{"type":"add","_req_id":9007199254740993}',
        judgement: 'implementation-defined',
        requirement: 'llming/routing/req-id-echoed',
        why: 'a number that a double cannot hold may come back as its neighbour',
      },
      {
        text: '{"type":"add","type":"sub"}',
        judgement: 'implementation-defined',
        requirement: 'llming/framing/invalid-frame-ignored',
        why: 'a member twice: parsers keep the first, the last or neither',
      },
      {
        text: '{"type":"add","text":"\\ud800"}',
        judgement: 'implementation-defined',
        requirement: 'llming/framing/hostile-frame-survived',
        why: 'half of a surrogate pair, which is not in every language a text',
      },
      {
        text: '{"type":"add","__proto__":{"admin":true}}',
        judgement: 'valid',
        requirement: 'llming/routing/arguments-by-name',
        why: 'a member like any other',
      },
      {
        value: { type: 'add', _req_id: null },
        judgement: 'valid',
        requirement: 'llming/routing/req-id-echoed',
        why: 'an id of null is present',
      },
    ],
  },
}
