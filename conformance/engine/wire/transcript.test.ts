import { expect, test } from 'vitest'
import { shorten, Transcript } from './transcript.ts'

const plainly = (text: string) => text

test('entries come in order, with their times since the beginning', () => {
  const transcript = new Transcript()
  transcript.add('#1', 'out', 'a')
  transcript.add('http', 'in', 'b', true)
  transcript.add('time', 'note', 'c')
  const shown = transcript.show(plainly)
  expect(shown.map(({ party, way, text, bad }) => ({ party, way, text, bad }))).toEqual([
    { party: '#1', way: 'out', text: 'a', bad: undefined },
    { party: 'http', way: 'in', text: 'b', bad: true },
    { party: 'time', way: 'note', text: 'c', bad: undefined },
  ])
  const times = shown.map(({ atMs }) => atMs)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(times.every(atMs => atMs >= 0)).toBe(true)
})

test('secrets are taken out when it is shown, also out of what came before they were known', () => {
  const transcript = new Transcript()
  transcript.add('#1', 'out', `${'x'.repeat(300)}s3cret${'y'.repeat(300)}`)
  const [entry] = transcript.show(text => text.replace('s3cret', '‹key›'))
  expect(entry?.text).not.toContain('s3cret')
})

test('control characters cannot speak to the terminal', () => {
  const transcript = new Transcript()
  transcript.add('#1', 'in', '\u001b[2Jgone\u009b1m\u0000\u2028')
  expect(transcript.show(plainly)[0]?.text).toBe('\\u001b[2Jgone\\u009b1m\\u0000\\u2028')
})

test('long texts are cut in the middle', () => {
  expect(shorten('x'.repeat(240))).toBe('x'.repeat(240))
  expect(shorten(`begin${'x'.repeat(1_000)}end`)).toMatch(/^beginx+ … \d+ more … x+end$/)
})

test('of a very long dialogue the beginning and the end are shown, and how much is not', () => {
  const transcript = new Transcript()
  for (let i = 0; i < 1_000; i++) transcript.add('#1', 'in', `frame ${i}`)
  const shown = transcript.show(plainly)
  expect(shown).toHaveLength(201)
  expect(shown[0]?.text).toBe('frame 0')
  expect(shown[150]).toMatchObject({ way: 'note', text: '800 entries are left out' })
  expect(shown.at(-1)?.text).toBe('frame 999')
})
