import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** The browser client as a classic script, inside a module so that a server can hand it out without a file system. */
export function clientScript(root: string): Map<string, string> {
  let source: string
  try {
    source = readFileSync(join(root, 'reference/llming/client.ts'), 'utf8')
  } catch {
    return new Map()
  }
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: false },
  })
  const classic = `;(() => {\n${outputText.replace(/^export /gm, '')}\nglobalThis.LlmingWebSocket = LlmingWebSocket\n})()\n`
  const module = `// Generated from client.ts. To change it, change that and run "npm run generate".

/** The text of \`llming-ws.js\`: a classic script that defines the global class \`LlmingWebSocket\`. */
export const clientScript = ${JSON.stringify(classic)}
`
  return new Map([['reference/llming/client-script.ts', module]])
}
