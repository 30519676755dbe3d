/** Codes of refusals, as programs read them, with their statuses. */
const statuses = {
  invalid_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_registered: 403,
  no_credentials: 403,
  not_found: 404,
  max_sessions: 409,
  max_profiles: 409,
  conflict: 409,
  too_large: 413,
  upgrade_required: 426,
  rate_limited: 429,
} as const

export type RefusalCode = keyof typeof statuses

/** A request that is refused, with what the caller is told. */
export class Refusal extends Error {
  readonly code: RefusalCode
  /** Seconds to wait. */
  readonly retryAfterS: number | undefined

  constructor(code: RefusalCode, message: string, retryAfterS?: number) {
    super(message)
    this.code = code
    this.retryAfterS = retryAfterS
  }

  get status() {
    return statuses[this.code]
  }

  toResponse(): Response {
    const headers: Record<string, string> = { 'Content-Type': 'application/json' }
    if (this.retryAfterS !== undefined) headers['Retry-After'] = String(this.retryAfterS)
    const body = JSON.stringify({ error: this.code, message: this.message })
    return new Response(body, { status: this.status, headers })
  }
}
