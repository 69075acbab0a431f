/** The byte strings inside a value of objects and arrays: found by looking, so that one which is added later is too. */

/**
 * Paths of all of them, the names of members with dots between.
 *
 * @example
 * byteFields({ report, certificates: [device, root] }) // ['report', 'certificates.0', 'certificates.1']
 */
export function byteFields(value: object): readonly string[] {
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    if (member instanceof Uint8Array) return [name]
    if (typeof member !== 'object' || member === null) return []
    return byteFields(member).map((path) => `${name}.${path}`)
  })
}

/** @throws TypeError if no byte string is there */
export function bytesAt(value: object, path: string): Uint8Array {
  const found = path.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], value)
  if (found instanceof Uint8Array) return found
  throw new TypeError(`no bytes at ${path}`)
}

/** A copy with other bytes in one place. */
export function withBytesAt<T extends object>(value: T, path: string, bytes: Uint8Array): T {
  const [name, ...rest] = path.split('.') as [string, ...string[]]
  const member = (value as Record<string, unknown>)[name] as object
  const changed = rest.length === 0 ? bytes : withBytesAt(member, rest.join('.'), bytes)
  return Array.isArray(value) ? (value.with(Number(name), changed) as unknown as T) : { ...value, [name]: changed }
}
