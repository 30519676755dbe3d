/**
 * A JSON response. Unlike `Response.json` it goes through the constructor, which hosts replace by one that keeps a
 * text as it is instead of turning it into a stream.
 */
export function jsonResponse(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'Content-Type': 'application/json' } })
}
