/** What is measured inside of a page. Runs in the browser, so that it is JavaScript. */
globalThis.inPage = { shown, overflow, focused, faintTexts }

/** Whether typedoc has shown the page, which it does when its script has run. */
function shown() {
  return document.body.style.display !== 'none'
}

/** How much wider the content is than the window, in pixels. */
function overflow() {
  return document.documentElement.scrollWidth - document.documentElement.clientWidth
}

/** What the keyboard acts on now. */
function focused() {
  const element = document.activeElement
  const style = getComputedStyle(element)
  return {
    text: element.textContent.trim(),
    inContent: element.closest('.col-content') !== null,
    visible: element.checkVisibility(),
    outlined: style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0,
  }
}

/** What of the text that shows has less contrast, or is smaller, than it must, each sort once. */
function faintTexts(least) {
  const faint = new Map()
  let looked = 0
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node && looked < 2_000; node = walker.nextNode()) {
    const element = node.parentElement
    const text = node.textContent.trim()
    if (text === '' || element.closest('script, style, svg, .skip-link')) continue
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
    looked++
    const style = getComputedStyle(element)
    const [front, back] = [style.color, background(element)].map(luminance)
    const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05)
    const sizePx = Number.parseFloat(style.fontSize)
    const sort = `${style.color} on ${background(element)}, contrast ${contrast.toFixed(2)}, ${sizePx} px`
    if (contrast < least.contrast || sizePx < least.sizePx) faint.set(sort, `"${text.slice(0, 40)}": ${sort}`)
  }
  return { looked, faint: [...faint.values()] }
}

/** The first background, from the text outwards, that nothing shines through. */
function background(element) {
  for (let each = element; each; each = each.parentElement) {
    const own = getComputedStyle(each).backgroundColor
    if (colour(own)[3] > 0.99) return own
  }
  return 'white'
}

const colours = new Map()
const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })

/** A colour in any notation of CSS as red, green, blue up to 255, and alpha up to 1: it is drawn and read back. */
function colour(css) {
  if (!colours.has(css)) {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = css
    canvas.fillRect(0, 0, 1, 1)
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data
    colours.set(css, [red, green, blue, alpha / 255])
  }
  return colours.get(css)
}

/** Relative luminance, as WCAG 2 defines it. */
function luminance(css) {
  const [red, green, blue] = colour(css).map(part => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
