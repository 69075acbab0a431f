/** One line of `pha doctor`. */
export interface Check {
  /** A word or two: what was looked at. */
  readonly about: string
  /** `warn`: works, and less than could be. `lack`: something that is needed is missing. */
  readonly level: 'ok' | 'warn' | 'lack'
  readonly found: string
  /** What to do about it. */
  readonly fix?: string
}

const ABOUT_WIDTH = 10

export function checkText({ about, level, found, fix }: Check): string {
  const line = `${level.padEnd(4)}  ${about.padEnd(ABOUT_WIDTH)}  ${found}`
  return fix === undefined ? line : `${line}\n${' '.repeat(ABOUT_WIDTH + 8)}fix: ${fix}`
}
