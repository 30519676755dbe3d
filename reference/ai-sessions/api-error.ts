/** A REST call that has failed: refused by the service, or never answered. */
export class APIError extends Error {
  /**
   * Code for programs: the service's own, or `http_error` for an answer without one, `invalid_response` for a success
   * that is no JSON, `timeout`, `network_error`.
   */
  readonly error: string
  /** HTTP status of the answer; 0 if there was none. */
  readonly status: number

  constructor(error: string, message: string, status: number, options?: ErrorOptions) {
    super(message, options)
    this.name = 'APIError'
    this.error = error
    this.status = status
  }
}
