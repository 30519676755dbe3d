import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { inPage, untilShown } from './measures.ts'
import { addressOf } from './site-files.ts'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Starts Chromium. @throws Error when there is none: what needs it must not be passed over */
export function startBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? places.find(existsSync)
  if (!executablePath)
    throw new Error('there is no Chromium: install it (apt-get install chromium), or name it in $CHROMIUM')
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** How somebody looks at the site. */
export interface Look {
  device: 'desktop' | 'phone'
  scheme: 'light' | 'dark'
  /** Default: yes. */
  scripts?: boolean
}

const viewports = { desktop: { width: 1280, height: 900 }, phone: { width: 360, height: 740 } }

/** A tab of the browser, and what has gone wrong in it. */
export interface Tab {
  page: Page
  /** Errors of scripts, what could not be loaded, and what was looked for outside of the disk. */
  faults: string[]
  open(path: string): Promise<void>
  close(): Promise<void>
}

export async function openTab(browser: Browser, look: Look): Promise<Tab> {
  const context = await browser.newContext({
    viewport: viewports[look.device],
    colorScheme: look.scheme,
    javaScriptEnabled: look.scripts ?? true,
  })
  await context.addInitScript({ path: inPage })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text())
  })
  page.on('pageerror', error => faults.push(String(error)))
  page.on('requestfailed', request => {
    const why = request.failure()?.errorText ?? ''
    // A page that is left while it loads.
    if (request.isNavigationRequest() && why === 'net::ERR_ABORTED') return
    faults.push(`not loaded: ${request.url()} (${why})`)
  })
  page.on('request', request => {
    if (!/^(file|data|blob):/.test(request.url())) faults.push(`not on the disk: ${request.url()}`)
  })
  return {
    page,
    faults,
    close: () => context.close(),
    async open(path) {
      await page.goto(addressOf(path), { waitUntil: 'load' })
      await untilShown(page)
    },
  }
}
