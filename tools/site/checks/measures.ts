import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

/** The script that a page needs for what follows. */
export const inPage = fileURLToPath(new URL('in-page.js', import.meta.url))

/** Waits until the page shows. */
export async function untilShown(page: Page): Promise<void> {
  await page.waitForFunction('inPage.shown()')
}

/** How much wider the content of a page is than the window, in pixels. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate('inPage.overflow()')
}

/** What the keyboard acts on now. */
export interface Focused {
  text: string
  inContent: boolean
  visible: boolean
  outlined: boolean
}

export function focused(page: Page): Promise<Focused> {
  return page.evaluate('inPage.focused()')
}

/** What of the text that shows has less contrast, or is smaller, than it must, and how much was looked at. */
export function faintTexts(
  page: Page,
  least: { contrast: number; sizePx: number },
): Promise<{ looked: number; faint: string[] }> {
  return page.evaluate(`inPage.faintTexts(${JSON.stringify(least)})`)
}
