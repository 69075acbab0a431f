/**
 * Runs inside a fresh realm, before any code of the runtime: removes what is not permitted and freezes the rest. The source
 * of this function is evaluated there, so it may use nothing but its argument and the realm's own intrinsics.
 */

/** `permits`: JSON of `permits.ts`. @throws if something can be neither removed nor frozen: then there is no realm */
export function hardenRealm(permits: string): void {
  const allowed: { readonly [intrinsic: string]: string } = JSON.parse(permits)
  const realm = globalThis as unknown as { readonly [name: string]: object }
  const intrinsics = new Map<object, string>()
  const add = (name: string, intrinsic: unknown): void => {
    if (intrinsic !== null && (typeof intrinsic === 'object' || typeof intrinsic === 'function')) {
      if (!intrinsics.has(intrinsic)) intrinsics.set(intrinsic, name)
    }
  }
  const parent = (of: object): object => Object.getPrototypeOf(of) as object

  intrinsics.set(realm, 'global')
  add('%GlobalPrototype%', parent(realm))
  add('Array.prototype.@@unscopables', Array.prototype[Symbol.unscopables])
  add('%TypedArray%', parent(Uint8Array))
  add('%TypedArray%.prototype', parent(Uint8Array.prototype))
  add('%ArrayIterator%.prototype', parent([].values()))
  add('%Iterator%.prototype', parent(parent([].values())))
  add('%StringIterator%.prototype', parent(''[Symbol.iterator]()))
  add('%MapIterator%.prototype', parent(new Map().values()))
  add('%SetIterator%.prototype', parent(new Set().values()))
  add('%RegExpStringIterator%.prototype', parent(''.matchAll(/./g)))
  const generator = function* () {}
  const asyncFunction = async () => {}
  const asyncGenerator = async function* () {}
  add('%GeneratorFunction%.prototype', parent(generator))
  add('%Generator%.prototype', parent(generator.prototype as object))
  add('%AsyncFunction%.prototype', parent(asyncFunction))
  add('%AsyncGeneratorFunction%.prototype', parent(asyncGenerator))
  add('%AsyncGenerator%.prototype', parent(asyncGenerator.prototype as object))
  add('%AsyncIterator%.prototype', parent(parent(asyncGenerator.prototype as object)))
  for (const made of [generator, asyncFunction, asyncGenerator]) add('%Constructor%', made.constructor)
  for (const name of Object.getOwnPropertyNames(realm)) {
    add(name, realm[name])
    add(`${name}.prototype`, (realm[name] as { prototype?: unknown } | undefined)?.prototype)
  }

  const symbols = new Map<string | symbol, string>()
  for (const name of Object.getOwnPropertyNames(Symbol)) {
    const value = (Symbol as unknown as { readonly [name: string]: unknown })[name]
    if (typeof value === 'symbol') symbols.set(value, `@@${name}`)
  }

  // First everything is collected, then everything is pruned, then everything is frozen: functions of properties too.
  const toFreeze = new Set<object>(intrinsics.keys())
  for (const [intrinsic, name] of intrinsics) {
    const isFunction = typeof intrinsic === 'function'
    const names = new Set((allowed[name] ?? '').split(' '))
    for (const key of Reflect.ownKeys(intrinsic)) {
      const text = symbols.get(key) ?? (typeof key === 'string' ? key : '')
      const isKept = names.has(text) || (isFunction && ['name', 'length', 'prototype'].includes(text))
      const property = Reflect.getOwnPropertyDescriptor(intrinsic, key)
      const parts = [property?.value, property?.get, property?.set].filter(
        (part) => part !== null && (typeof part === 'object' || typeof part === 'function'),
      )
      if (isKept) for (const part of parts) toFreeze.add(part)
      else if (!Reflect.deleteProperty(intrinsic, key) && parts.length > 0) throw new Error(`${name}.${text} stays`)
    }
  }
  for (const object of toFreeze) Object.freeze(object)
}
