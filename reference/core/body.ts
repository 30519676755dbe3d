/** A request body that is larger than the server takes. */
export class BodyTooLarge extends Error {}

/**
 * The body as text, read only as long as it stays within the limit.
 *
 * @throws BodyTooLarge
 */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  const declared = request.headers.get('content-length')
  // A declared length is enforced by the HTTP parser; without one the bytes must be counted as they come.
  if (declared !== null) {
    if (Number(declared) > maxBytes) throw new BodyTooLarge()
    return request.text()
  }
  if (!request.headers.has('transfer-encoding') || !request.body) return ''
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new BodyTooLarge()
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
