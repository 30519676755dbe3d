const encoder = new TextEncoder()

/** Bytes that a value takes as JSON. */
export function jsonBytes(value: unknown): number {
  return encoder.encode(JSON.stringify(value)).length
}

/** Bytes that a text takes inside a JSON string. */
export function textBytes(text: string): number {
  return jsonBytes(text) - 2
}

/** The longest beginning of a text that takes no more bytes than that inside a JSON string. No character is split. */
export function cutToBytes(text: string, maxBytes: number): string {
  let bytes = 0
  let end = 0
  for (const character of text) {
    bytes += textBytes(character)
    if (bytes > maxBytes) break
    end += character.length
  }
  return text.slice(0, end)
}
