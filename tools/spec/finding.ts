/** Something that is wrong in a file, and what was expected. */
export interface Finding {
  path: string
  line: number
  message: string
}

/** The line on which an offset of a text lies, counted from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
