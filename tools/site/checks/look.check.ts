import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatherFacts } from '../facts.ts'
import { type Look, openTab, startBrowser } from './browser.ts'
import { faintTexts, overflow } from './measures.ts'
import { samplePages } from './samples.ts'
import { root } from './site-files.ts'

const pages = samplePages(await gatherFacts(root))
// Colours do not depend on the device, nor widths on the scheme.
const looks: Look[] = [
  { device: 'desktop', scheme: 'light' },
  { device: 'phone', scheme: 'dark' },
]
/** What WCAG 2 asks for at level AA, and a size that can be read on a phone. */
const least = { contrast: 4.5, sizePx: 12 }

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())

describe.each(looks)('on a $device, $scheme', look => {
  it('every kind of page opens without a fault, fits the window and can be read', async () => {
    const tab = await openTab(browser, look)
    for (const path of pages) {
      await tab.open(path)
      const { looked, faint } = await faintTexts(tab.page, least)
      expect.soft(faint, path).toEqual([])
      expect.soft(looked, `pieces of text on ${path}`).toBeGreaterThan(10)
      expect.soft(await overflow(tab.page), `pixels too wide: ${path}`).toBeLessThanOrEqual(0)
    }
    expect(tab.faults).toEqual([])
    await tab.close()
  })
})

it('is there without scripts too', async () => {
  const tab = await openTab(browser, { device: 'desktop', scheme: 'light', scripts: false })
  await tab.page.goto(`file://${root}docs/index.html`)
  expect(await tab.page.locator('h1').first().isVisible()).toBe(true)
  await tab.close()
})
