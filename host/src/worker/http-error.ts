/** What a client gets instead of an answer: `{ code, message, fix? }` with a status. Codes are stable. */

const STATUSES = {
  'http.bad-request': 400,
  'http.bad-path': 404,
  'http.not-found': 404,
  'http.wrong-method': 405,
  'http.body-too-large': 413,
  'http.wrong-length': 400,
  'http.too-many-requests': 429,
  'http.busy': 503,
  'http.enclave-unavailable': 503,
  'http.enclave-timeout': 504,
  'http.enclave-refused': 422,
  'http.internal': 500,
} as const

export type HttpErrorCode = keyof typeof STATUSES

export class HttpError extends Error {
  override readonly name = 'HttpError'
  /** Ours, or the code of the enclave that refused. */
  readonly code: string
  readonly status: number
  readonly fix: string | undefined

  constructor(code: HttpErrorCode, message: string, fix?: string, refusal?: string) {
    super(message)
    this.code = refusal ?? code
    this.status = STATUSES[code]
    this.fix = fix
  }

  body(): string {
    const { code, message, fix } = this
    return JSON.stringify(fix === undefined ? { code, message } : { code, message, fix })
  }
}
