import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** The piece of a source file that is the check of one requirement. */
export interface Excerpt {
  /** Of the file, in the repository. */
  path: string
  line: number
  code: string
}

/**
 * The code of each check: the innermost call or object that has the id in it as a literal. A file that is named for the
 * behaviour goes before the others of the folder.
 *
 * @throws Error when an id stands in no file: then nobody could be shown where it is judged
 */
export function excerptsOf(root: string, folder: string, ids: readonly string[]): Map<string, Excerpt> {
  const found = new Map<string, Excerpt>()
  for (const file of readdirSync(join(root, folder)).sort()) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue
    const path = `${folder}/${file}`
    for (const [id, excerpt] of excerptsIn(path, readFileSync(join(root, path), 'utf8'), new Set(ids)))
      if (!found.has(id) || file === `${id.split('/')[1]}.ts`) found.set(id, excerpt)
  }
  const lost = ids.find(id => !found.has(id))
  if (lost !== undefined) throw new Error(`${folder}: no file has the id "${lost}"`)
  return found
}

/** The first excerpt for each of the ids that stand in one file. */
export function excerptsIn(path: string, text: string, ids: ReadonlySet<string>): Map<string, Excerpt> {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const found = new Map<string, Excerpt>()
  const visit = (node: ts.Node, around: ts.Node) => {
    if (ts.isStringLiteralLike(node) && ids.has(node.text) && !found.has(node.text))
      found.set(node.text, excerptOf(source, path, around))
    const encloses = ts.isCallExpression(node) || ts.isObjectLiteralExpression(node) || ts.isStatement(node)
    ts.forEachChild(node, child => visit(child, encloses ? node : around))
  }
  visit(source, source)
  return found
}

/** A node with the comments above it, as far to the left as it goes. */
function excerptOf(source: ts.SourceFile, path: string, node: ts.Node): Excerpt {
  const start = ts.getLeadingCommentRanges(source.text, node.pos)?.[0]?.pos ?? node.getStart(source)
  const indent = ' '.repeat(source.getLineAndCharacterOfPosition(start).character)
  const lines = source.text.slice(start, node.end).split('\n')
  return {
    path,
    line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1,
    code: lines.map(line => (line.startsWith(indent) ? line.slice(indent.length) : line)).join('\n'),
  }
}
