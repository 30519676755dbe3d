import { posix } from 'node:path'

/** What the check of a site's links has come to. */
export interface LinkReport {
  /** Links, scripts, styles and anchors that were followed. */
  followed: number
  /** One line for each that leads nowhere. */
  broken: string[]
}

/**
 * Follows everything that the pages of a site refer to, without a browser. A link may lead to the web, where it is not
 * followed; anything else outside of the site is broken, since the site is read from a disk, without a network.
 *
 * @param pages - HTML by path
 * @param files - the paths of all files, pages and others
 */
export function checkLinks(pages: ReadonlyMap<string, string>, files: ReadonlySet<string>): LinkReport {
  const anchors = new Map([...pages].map(([path, html]) => [path, anchorsIn(html)]))
  const broken: string[] = []
  let followed = 0
  for (const [path, html] of pages)
    for (const reference of new Set(referencesIn(html))) {
      followed++
      const [file = '', anchor = ''] = reference.split('#')
      const target = file === '' ? path : posix.join(posix.dirname(path), decodeURIComponent(file))
      if (/^([a-z]+:|\/)/i.test(reference)) broken.push(`${path}: ${reference} is outside of the site`)
      else if (!files.has(target)) broken.push(`${path}: ${reference} leads to no file`)
      else if (anchor !== '' && !isDrawn(anchor) && !anchors.get(target)?.has(decodeURIComponent(anchor)))
        broken.push(`${path}: ${reference} leads to no anchor`)
    }
  return { followed, broken }
}

/** Icons are drawn by a script; their names are no anchors in the HTML. */
function isDrawn(anchor: string): boolean {
  return anchor.startsWith('icon-')
}

function anchorsIn(html: string): Set<string> {
  return new Set([...html.matchAll(/\s(?:id|name)="([^"]*)"/g)].map(([, name = '']) => plain(name)))
}

function referencesIn(html: string): string[] {
  return [...html.matchAll(/<(\w+)\b[^>]*?\s(?:href|src)="([^"]*)"/g)]
    .map(([, tag, reference = '']) => ({ tag, reference: plain(reference) }))
    .filter(({ tag, reference }) => !(tag === 'a' && /^https:\/\//.test(reference)))
    .map(({ reference }) => reference)
}

/** The value of an attribute. */
function plain(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
}
