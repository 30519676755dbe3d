import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { each } from '../engine/check.ts'

export type TokenKind = 'auth' | 'identity'

export const tokenKind = each<TokenKind>('auth', 'identity')

/** A value that a token can carry and a cookie can hold. */
export const tokenValue = fc.stringMatching(/^[A-Za-z0-9_-]{1,24}$/)

/** Lower-case hex HMAC-SHA256, over UTF-8. */
export function hmac(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex')
}

/** A token made by the tester. */
export function token(kind: TokenKind, value: string, ts: number | string, secret: string): string {
  return `${value}.${ts}.${hmac(secret, signedText(kind, value, ts))}`
}

export function signedText(kind: TokenKind, value: string, ts: number | string): string {
  return kind === 'identity' ? `id:${value}:${ts}` : `${value}.${ts}`
}

export function nowS(): number {
  return Math.floor(Date.now() / 1000)
}

/** The same text with its last hex digit replaced by another. */
export function withLastDigitChanged(text: string): string {
  return text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')
}

interface TokenVector {
  secret: string
  kind: TokenKind
  value: string
  ts: number
  signature: string
}

/** Signatures that every implementation must agree with. */
export const tokenVectors: readonly TokenVector[] = [
  ['k', 'auth', 's1', 1795212848, '7ef4b41f2a177beed8d882d85c2bdfb75712c72208c5ba8571882baa93b67473'],
  ['k', 'auth', 'abc', 1795213449, 'e9e8b468c8b131a4715a8aac195f7e026e2b177e411368a54d17b73c90f166ff'],
  ['k', 'auth', 's1', 1700000000, '75cd5b033805d152367acb61e6ce84ec0427ac91be7be8662313c144c8563b41'],
  ['k', 'auth', 'Zm9v-_', 1, '3fec8aaee656eb2200433c1a3e64a76e64cd338dcf204970043082f1ab99c7dc'],
  [
    's3cret-ключ',
    'auth',
    'session-abc',
    1700000000,
    '6abec0bea276b31c9448ae94b77ab864ffa450ac0abea9f12615545ba9de1aee',
  ],
  ['k', 'identity', 'abc', 1795213449, '8c6f083f553db7c8ee0143d88c9fe2516fedfb938277712930ed2367c458ae39'],
  ['k', 'identity', 's1', 1700000000, 'ce2ce65080c4378356d6da3933b8120d6a9ce800aca00b914177b76db5ee2e07'],
  [
    's3cret-ключ',
    'identity',
    'user_42',
    1700000000,
    '0650a3c74a557a8b6b823c0c81f3f98d308f6e16009c28521d446c96a2d27978',
  ],
].map(([secret, kind, value, ts, signature]) => ({ secret, kind, value, ts, signature }) as TokenVector)
