/** One line of `pha doctor`, as its program of this zone prints it. */
export interface Finding {
  /** A word or two: what was looked at. */
  readonly about: string
  /** `warn`: works, and less than could be. `lack`: something that is needed for what this machine seems meant for. */
  readonly level: 'ok' | 'warn' | 'lack'
  readonly found: string
  readonly fix?: string
}
