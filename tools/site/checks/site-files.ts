import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The repository. */
export const root = fileURLToPath(new URL('../../..', import.meta.url))

const site = join(root, 'docs')

/** All files of the site, by their paths in it. @throws Error when it has not been made */
export function siteFiles(): string[] {
  if (!existsSync(join(site, 'index.html'))) throw new Error('there is no site: run "npm run docs"')
  return readdirSync(site, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(site, join(entry.parentPath, entry.name)))
}

/** Where a file of the site is on the disk. */
export function onDisk(path: string): string {
  return join(site, path)
}

/** The address of a page, with or without an anchor. */
export function addressOf(path: string): string {
  const [file = '', anchor] = path.split('#')
  return `${pathToFileURL(onDisk(file)).href}${anchor === undefined ? '' : `#${anchor}`}`
}
