import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { checkLinks } from '../check-links.ts'
import { onDisk, siteFiles } from './site-files.ts'

it('has no link that leads nowhere or out of the site', () => {
  const files = siteFiles()
  const pages = files.filter(path => path.endsWith('.html'))
  const report = checkLinks(
    new Map(pages.map(path => [path, readFileSync(onDisk(path), 'utf8')])),
    new Set(files),
  )
  expect(report.broken).toEqual([])
  expect(report.followed).toBeGreaterThan(10 * pages.length)
})
