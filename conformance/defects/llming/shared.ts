import type { JsonObject } from '../../../schemas/json.ts'

export const isReply = (message: JsonObject): boolean => '_req_id' in message

export const path = (request: Request): string => new URL(request.url).pathname

export const ok = (body: unknown): Response =>
  new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } })

/** A request with one more header. */
export function withHeader(request: Request, name: string, value: string): Request {
  const headers = new Headers(request.headers)
  headers.set(name, value)
  const { url, method } = request
  const bodied = method !== 'GET'
  const text = () => request.text()
  return Object.assign(new Request(url, { method, headers, ...(bodied ? { body: ' ' } : {}) }), { text })
}
