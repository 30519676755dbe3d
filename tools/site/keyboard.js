/**
 * Opens the menu of a narrow window by the keyboard, and closes it: typedoc's own script hears of pointers only. Its
 * state stays its own, so it is told what a pointer would have told it.
 */
const trigger = document.getElementById('tsd-toolbar-menu-trigger')
const menu = document.querySelector('.col-sidebar')
const root = document.documentElement
const touch = root.classList.contains('is-mobile') && 'ontouchstart' in root

function point(target, kind) {
  const event = new Event(kind, { bubbles: true, cancelable: true })
  target.dispatchEvent(Object.assign(event, { targetTouches: [{ pageX: 0, pageY: 0 }], pageX: 0, pageY: 0 }))
}

function isOpen() {
  return root.classList.contains('has-menu')
}

trigger.addEventListener('keydown', event => {
  if (event.key !== 'Enter' && event.key !== ' ') return
  event.preventDefault()
  point(trigger, touch ? 'touchend' : 'mouseup')
  menu.querySelector('summary, a, select')?.focus()
})

document.addEventListener('keydown', event => {
  if (event.key !== 'Escape' || !isOpen()) return
  point(document.body, touch ? 'touchstart' : 'mousedown')
  trigger.focus()
})
