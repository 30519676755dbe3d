import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Facts, gatherFacts } from '../facts.ts'
import { places } from '../pages.ts'
import { openTab, startBrowser, type Tab } from './browser.ts'
import { focused } from './measures.ts'
import { connected, html } from './samples.ts'
import { addressOf, root } from './site-files.ts'

const facts = await gatherFacts(root)
const desktop = { device: 'desktop', scheme: 'light' } as const

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())

async function withTab(look: Parameters<typeof openTab>[1], use: (tab: Tab) => Promise<void>) {
  const tab = await openTab(browser, look)
  await use(tab)
  expect(tab.faults).toEqual([])
  await tab.close()
}

/** Goes to a link of the content and follows it, by keys alone. */
async function follow(page: Page, label: string, to: string) {
  const link = page.locator('.col-content').getByRole('link', { name: label, exact: true }).first()
  await link.focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(address => address.href.split('#')[0] === addressOf(html(to)), {
    waitUntil: 'domcontentloaded',
  })
}

describe('by keyboard', () => {
  it('the first key leads past the navigation', () =>
    withTab(desktop, async ({ open, page }) => {
      await open('hub.html')
      await page.keyboard.press('Tab')
      expect(await focused(page)).toMatchObject({
        text: 'Skip to the content',
        visible: true,
        outlined: true,
      })
      await page.keyboard.press('Enter')
      await page.keyboard.press('Tab')
      expect(await focused(page)).toMatchObject({ inContent: true })
    }))

  it('every stop shows where one is', () =>
    withTab(desktop, async ({ open, page }) => {
      await open('index.html')
      const stops = []
      for (let stop = 0; stop < 60; stop++) {
        await page.keyboard.press('Tab')
        stops.push(await focused(page))
      }
      expect(stops.filter(({ visible, outlined }) => !visible || !outlined)).toEqual([])
      expect(stops.filter(({ inContent }) => inContent).length).toBeGreaterThan(20)
    }))

  it('a requirement is found by searching', () =>
    withTab(desktop, async ({ open, page }) => {
      await open('index.html')
      await page.keyboard.press('Control+KeyK')
      await page.locator('#tsd-search-input').waitFor()
      await page.keyboard.type('missing-token-refused')
      await page.locator('#tsd-search-results li[role="option"]').first().waitFor()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.waitForURL(/missing-token-refused\.html/)
    }))

  it('the menu opens on a phone', () =>
    withTab({ device: 'phone', scheme: 'light' }, async ({ open, page }) => {
      await open('index.html')
      const inMenu = page.locator('.site-menu a[href$="hub.html"]').first()
      expect(await inMenu.isVisible()).toBe(false)
      await page.locator('#tsd-toolbar-menu-trigger').focus()
      await page.keyboard.press('Enter')
      await inMenu.waitFor({ state: 'visible' })
      expect(await focused(page)).toMatchObject({ visible: true, inContent: false, outlined: true })
      await page.keyboard.press('Escape')
      await inMenu.waitFor({ state: 'hidden' })
      await page.keyboard.press('Enter')
      await inMenu.focus()
      await page.keyboard.press('Enter')
      await page.waitForURL(addressOf('hub.html'))
    }))
})

describe.each(facts)('in $name', profile => {
  const { id, shape, defect } = connected(profile)

  it('one goes from a requirement to its shape, its defects and its text, and back', () =>
    withTab(desktop, async ({ open, page }) => {
      await open(html(places.profile(profile.name)))
      await follow(page, id, places.requirement(id))
      await follow(page, shape.label, shape.path)
      await follow(page, id, places.requirement(id))
      await follow(page, defect, places.defects(profile.name))
      await follow(page, id, places.requirement(id))
      await follow(page, 'in the specification', places.profile(profile.name))
    }))

  it('the page of a requirement shows the code of its check', () =>
    withTab(desktop, async ({ open, page }) => {
      await open(html(places.requirement(id)))
      expect(await page.locator('.col-content pre code').first().innerText()).toContain(`'${id}'`)
    }))

  it('the entry counts its requirements, and leads to them', () =>
    withTab(desktop, async ({ open, page }) => {
      await open('index.html')
      const column = 1 + facts.indexOf(profile)
      const rows = page.locator('table').first().locator('tbody tr')
      const counted = new Map<string, number>()
      for (const row of await rows.all()) {
        const [behaviour = '', ...cells] = await row.locator('td').allInnerTexts()
        const numbers = (cells[column - 1] ?? '').split('+').map(Number)
        counted.set(
          behaviour,
          numbers.reduce((sum, each) => sum + each, 0),
        )
      }
      expect(sum(profile, counted)).toEqual(expected(profile))
      const first = [...counted].find(([, count]) => count > 0)?.[0] ?? ''
      await rows
        .nth([...counted.keys()].indexOf(first))
        .locator('td')
        .nth(column)
        .locator('a')
        .focus()
      await page.keyboard.press('Enter')
      await page.waitForURL(address => address.hash === `#${first}`)
      expect(await page.locator(`#${first}`).isVisible()).toBe(true)
    }))
})

/** The counts of the rows that are behaviours. */
function sum(profile: Facts, counted: ReadonlyMap<string, number>): Record<string, number> {
  const names = Object.keys(expected(profile))
  return Object.fromEntries(names.map(name => [name, counted.get(name) ?? 0]))
}

function expected({ requirements }: Facts): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { id } of requirements) {
    const behaviour = id.split('/')[1] ?? ''
    counts[behaviour] = (counts[behaviour] ?? 0) + 1
  }
  return counts
}
