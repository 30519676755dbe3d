import { styleText } from 'node:util'

type Format = Parameters<typeof styleText>[0]

/** Colours a text, or leaves it as it is. */
export type Paint = (format: Format, text: string) => string

/** For a stream that is a terminal, unless NO_COLOR says otherwise. */
export function paintFor(stream: { isTTY?: boolean }, env = process.env): Paint {
  const colours = env.FORCE_COLOR ? true : stream.isTTY === true && !env.NO_COLOR
  return colours ? (format, text) => styleText(format, text) : (_, text) => text
}
