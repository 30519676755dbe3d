import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { explanations, weigh } from './documents/explained.ts'
import { validateAsyncApi, validateOpenApi } from './documents/validate.ts'
import { declared, folderOf } from './generate/declared.ts'

/** Has the OpenAPI and AsyncAPI documents judged by the tools of their own. What nothing explains is an error. */
const folder = fileURLToPath(new URL('../schemas/json', import.meta.url))
const judges = { 'openapi.json': validateOpenApi, 'asyncapi.json': validateAsyncApi }

const judged = declared.map(folderOf).flatMap(name =>
  Object.entries(judges)
    .map(([file, validate]) => ({ document: `${name}/${file}`, validate }))
    .filter(({ document }) => existsSync(join(folder, document))),
)
const complaints = await Promise.all(judged.map(({ document, validate }) => validate(folder, document)))
const { unexplained, unneeded } = weigh(complaints.flat(), explanations)

for (const { document, at, rule, message } of unexplained)
  console.error(`schemas/json/${document}: ${at}: ${rule}: ${message}`)
for (const { document = 'any', rule } of unneeded)
  console.error(
    `tools/documents/explained.ts: nothing in ${document} has to be explained by ${rule} any more`,
  )
console.log(
  `${judged.length} documents, ${complaints.flat().length - unexplained.length} complaints explained`,
)
if (unexplained.length + unneeded.length > 0) process.exitCode = 1
