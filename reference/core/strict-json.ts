/**
 * The JSON text of a value, strictly: JSON.stringify alone would turn NaN into null and leave functions out.
 *
 * @throws TypeError when a part of the value has no JSON form.
 */
export function toStrictJson(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (typeof part === 'function' || typeof part === 'symbol' || typeof part === 'bigint')
      throw new TypeError(`member "${key}" has no JSON form: ${typeof part}`)
    if (typeof part === 'number' && !Number.isFinite(part))
      throw new TypeError(`member "${key}" has no JSON form: ${part}`)
    return part
  })
}
