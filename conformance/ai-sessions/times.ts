const form = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/

/** Whether a value is a date and time of RFC 3339. */
export function isTime(value: unknown): value is string {
  return typeof value === 'string' && form.test(value) && !Number.isNaN(Date.parse(value))
}

/** Milliseconds since 1970; `NaN` for what is no time. */
export function msOf(time: unknown): number {
  return isTime(time) ? Date.parse(time) : Number.NaN
}
