import type { PickedVectors } from '../kit/vectors.ts'

const secret = 'the secret of a hub, for tests only'
const issuer = 'echocenter'
const nowS = 1_700_000_000
const claims = { user_id: 7, role: 'MEMBER', iss: issuer, iat: nowS, exp: nowS + 3_600 }

const hs256 = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9'
const hs512 = 'eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9'
const payload =
  'eyJ1c2VyX2lkIjo3LCJyb2xlIjoiTUVNQkVSIiwiaXNzIjoiZWNob2NlbnRlciIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAzNjAwfQ'
// Signatures that were made with Python's `hmac`, not with the code that they are to judge.
const signature = 'Bs6BLUcFuMwpeXyAWQOCrccKMFDlXyHcZ_sGgoqjcm0'
const good = `${hs256}.${payload}.${signature}`

const bad = 'hub/access/bad-token-refused'
const expired = 'hub/access/expired-token-refused'
const checked = 'hub/access/token-claims-checked'

/** Verifies a token, by default at the moment of its signing. */
function verify(token: string, at = nowS) {
  return { operation: 'verify-token', given: { secret, issuer, nowS: at, token } }
}

/** Vectors of `hub` that no schema gives. */
export const vectors: PickedVectors = {
  operations: { 'verify-token': 'the claims of a JWT' },
  computations: [
    { ...verify(good), result: claims, judgement: 'valid', requirement: bad, why: 'fresh and untouched' },
    {
      ...verify(
        `eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCJ9.${payload}.2gvF4lNPH9G1vvKV7LdCPpGTz6Tl98n70S1BnIlfER3WWQY2aVIHRQCqjsiwagPD`,
      ),
      judgement: 'implementation-defined',
      requirement: bad,
      why: 'a hub may accept HS384',
    },
    {
      ...verify(
        `${hs512}.${payload}.I5FdAujo3e8-y7L_ruyD4Et-Eznx1RT0mKZXgA7uR_PDkKMUWDK8t0USyiwa4gxMboclELEN7ub8qkfiCGSK1w`,
      ),
      judgement: 'implementation-defined',
      requirement: bad,
      why: 'a hub may accept HS512',
    },
    {
      ...verify(`eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.${payload}.`),
      judgement: 'invalid',
      requirement: bad,
      why: 'it says that it needs no signature',
    },
    {
      ...verify(`${hs256}.${payload}.MIiV8JtDrJOX49A7nS_5YNW1hJn2KwNWdr9-2UFIQss`),
      judgement: 'invalid',
      requirement: bad,
      why: 'signed with the secret of another hub',
    },
    {
      ...verify(
        `${hs256}.eyJ1c2VyX2lkIjo3LCJyb2xlIjoiQURNSU4iLCJpc3MiOiJlY2hvY2VudGVyIiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDM2MDB9.${signature}`,
      ),
      judgement: 'invalid',
      requirement: bad,
      why: 'MEMBER made into ADMIN under the old signature',
    },
    {
      ...verify(`${hs512}.${payload}.ggqzo7Kk6jzce1yS4fsIrEfLdhYRH7x-SmZGlzH9gTU`),
      judgement: 'invalid',
      requirement: bad,
      why: 'it says HS512, but is signed with SHA-256',
    },
    { ...verify(`${hs256}.${payload}`), judgement: 'invalid', requirement: bad, why: 'without a signature' },
    {
      ...verify(good, nowS + 3_599),
      result: claims,
      judgement: 'valid',
      requirement: expired,
      why: 'the last second of its life',
    },
    {
      ...verify(good, nowS + 3_600),
      judgement: 'invalid',
      requirement: expired,
      why: 'the moment at which it expires',
    },
    {
      ...verify(
        `${hs256}.eyJ1c2VyX2lkIjo3LCJyb2xlIjoiTUVNQkVSIiwiaXNzIjoiZWNob2NlbnRlciIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAzNjAwLCJuYmYiOjE3MDAwMDA2MDB9.bnG9zVgF_gTeoZ9CjLz2wwtG-bLsdW99lGrDBSTPW30`,
      ),
      judgement: 'invalid',
      requirement: expired,
      why: 'not valid before a moment that is still to come',
    },
    {
      ...verify(
        `${hs256}.eyJ1c2VyX2lkIjo3LCJyb2xlIjoiTUVNQkVSIiwiaXNzIjoiZWNob2NlbnRlciIsImlhdCI6MTcwMDAwMDAwMH0.VsXzAIJluqgFFniP-SOgS5ESFuWcjHKwY5sXND-LukQ`,
      ),
      judgement: 'invalid',
      requirement: checked,
      why: 'signed, but without an end',
    },
    {
      ...verify(
        `${hs256}.eyJ1c2VyX2lkIjo3LCJyb2xlIjoiTUVNQkVSIiwiaXNzIjoic29tZW9uZSBlbHNlIiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDM2MDB9.d3kFsjJ7APgx59DxW8NJV_P7f6APH1kEkQe_uBkPFZU`,
      ),
      judgement: 'invalid',
      requirement: checked,
      why: 'signed, but by another issuer',
    },
    {
      ...verify(
        `${hs256}.eyJ1c2VyX2lkIjoiNyIsInJvbGUiOiJNRU1CRVIiLCJpc3MiOiJlY2hvY2VudGVyIiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDM2MDB9.1jDVbgeZdfzDDm9QjjX7ooU6ShA0YvUBHAf_FpUfp6o`,
      ),
      judgement: 'invalid',
      requirement: checked,
      why: 'signed, but its user_id is a text',
    },
    {
      ...verify(
        `${hs256}.eyJ1c2VyX2lkIjo3LCJyb2xlIjoiTUVNQkVSIiwiaXNzIjoiZWNob2NlbnRlciIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAzNjAwLCJ0ZWFtIjoiYSJ9.SVTi2iDDJ18zuWDzP1_YZquIWdJf2D5IznVasZH0ziE`,
      ),
      result: { ...claims, team: 'a' },
      judgement: 'valid',
      requirement: checked,
      why: 'a claim that the hub does not know',
    },
  ],
  shapes: {
    'formats/token': [
      { value: good, judgement: 'valid', requirement: bad, why: 'a real token' },
      {
        value: `${good}\n`,
        judgement: 'invalid',
        requirement: bad,
        why: 'a line feed at the end, which some expressions pass over',
      },
      { value: 'a.b.ä', judgement: 'invalid', requirement: bad, why: 'a letter, but not one of ASCII' },
    ],
    'formats/timestamp': [
      {
        value: '2026-02-30T24:00:00Z',
        judgement: 'invalid',
        requirement: 'hub/framing/sender-assigned',
        why: 'there is no hour 24',
      },
      {
        value: '2026-06-30T23:59:60.123456789+14:00',
        judgement: 'valid',
        requirement: 'hub/framing/sender-assigned',
        why: 'a leap second, nanoseconds and a large offset',
      },
      {
        value: '2026-01-01T00:00:0١Z',
        judgement: 'invalid',
        requirement: 'hub/framing/sender-assigned',
        why: 'a digit, but not one of ASCII',
      },
    ],
    'frames/client/CHAT': [
      {
        text: '{"type":"CHAT","target_id":9007199254740993}',
        judgement: 'invalid',
        requirement: 'hub/framing/envelope-schema',
        why: 'a number that a double cannot hold',
      },
      {
        text: '{"type":"CHAT","target_id":2.0}',
        judgement: 'valid',
        requirement: 'hub/framing/envelope-schema',
        why: 'to JSON Schema a number without a fraction is an integer, however it is spelled',
      },
      {
        text: '{"type":"CHAT","payload":9007199254740993}',
        judgement: 'implementation-defined',
        requirement: 'hub/framing/content-unchanged',
        why: 'a number that a double cannot hold may arrive as its neighbour',
      },
      {
        text: '{"type":"CHAT","payload":"\\ud800"}',
        judgement: 'implementation-defined',
        requirement: 'hub/framing/content-unchanged',
        why: 'half of a surrogate pair, which is not in every language a text',
      },
      {
        text: '{"type":"CHAT","target_id":2,"target_id":null}',
        judgement: 'implementation-defined',
        requirement: 'hub/framing/one-object-per-message',
        why: 'a member twice: parsers keep the first, the last or neither',
      },
      {
        text: '{"type":"CHAT","payload":"hi","__proto__":{"target_id":2}}',
        judgement: 'valid',
        requirement: 'hub/framing/unknown-tolerated',
        why: 'a member like any other',
      },
    ],
    'formats/authDecision': [
      {
        value: { action_id: 'a', approved: 'true' },
        judgement: 'invalid',
        requirement: 'hub/confirming/only-true-approves',
        why: 'a text that looks like yes',
      },
      {
        value: { action_id: 'a', approved: 1 },
        judgement: 'invalid',
        requirement: 'hub/confirming/only-true-approves',
        why: 'a number that many languages take for yes',
      },
    ],
  },
}
