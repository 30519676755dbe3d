/** What goes wrong in the conversation with a session. */
export class SessionError extends Error {
  /**
   * Code for programs. The service's own if it has sent an `error` frame, such as `rate_limited`. Otherwise one of the
   * client's: `not_connected`, `disconnected`, `timeout`, `connection_failed` (it did not open), `connection_lost`,
   * `connection_refused` (for good), `reconnect_failed` (no more attempts), `invalid_message`.
   */
  readonly code: string
  /** Payload of the `error` frame. */
  readonly payload: unknown
  /** How the connection was closed. */
  readonly closeCode: number | undefined

  constructor(
    code: string,
    message: string,
    { payload, closeCode }: { payload?: unknown; closeCode?: number } = {},
  ) {
    super(message)
    this.name = 'SessionError'
    this.code = code
    this.payload = payload
    this.closeCode = closeCode
  }
}
