import { fileURLToPath } from 'node:url'
import { declared, folderOf } from './generate/declared.ts'
import { vectorFolder } from './vectors/folder.ts'
import { lintVectors } from './vectors/lint.ts'

/** Goes through the vectors and says where they contradict themselves, the schemas or the specification. */
const root = fileURLToPath(new URL('..', import.meta.url))

for (const protocol of declared) {
  const folder = vectorFolder(root, protocol)
  const findings = lintVectors(folder)
  for (const { path, line, message } of findings) console.error(`${path}:${line}: ${message}`)
  if (findings.length > 0) process.exitCode = 1
  const { total } = JSON.parse(folder.files.get('index.json') ?? '{}') as { total?: number }
  console.log(
    `${folderOf(protocol)}: ${total} vectors in ${folder.files.size - 1} files, ${findings.length} findings`,
  )
}
