/** The error of a failed system call, as Node throws it. */
export function errno(code: string): Error {
  return Object.assign(new Error(code), { code })
}
