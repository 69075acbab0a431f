/** Parameters of a request: hostile JSON in, checked values out. */
import { CodecError, fromHex, ss58Decode } from '@pha/core/codec'
import { RpcError } from './rpc-error.ts'

/** Positional parameters; `null` counts as left out, as clients send it for optional ones. */
export class Params {
  readonly #values: readonly unknown[]

  /** @throws RpcError `rpc.bad-params` for named parameters */
  constructor(values: unknown) {
    if (values !== undefined && !Array.isArray(values)) throw bad('params must be a list')
    this.#values = values ?? []
  }

  has(index: number): boolean {
    const value = this.#values[index]
    return value !== undefined && value !== null
  }

  /** Bytes as hex. */
  bytes(index: number): Uint8Array {
    return hexBytes(this.#values[index], index)
  }

  hash(index: number): Uint8Array {
    const bytes = this.bytes(index)
    if (bytes.length !== 32) throw bad(`parameter ${index}: 32 bytes as hex expected`)
    return bytes
  }

  optionalHash(index: number): Uint8Array | undefined {
    return this.has(index) ? this.hash(index) : undefined
  }

  optionalBytes(index: number): Uint8Array | undefined {
    return this.has(index) ? this.bytes(index) : undefined
  }

  /** A list of byte strings, at most `bound` of them. */
  byteList(index: number, bound: number): Uint8Array[] {
    const value = this.#values[index]
    if (!Array.isArray(value)) throw bad(`parameter ${index}: a list of hex expected`)
    if (value.length > bound) throw bad(`parameter ${index}: at most ${bound} items`)
    return value.map((item) => hexBytes(item, index))
  }

  /** A whole number up to 2^32 - 1, as a number or as hex. */
  number(index: number): number {
    return wholeNumber(this.#values[index], index)
  }

  /** Whole numbers: one or a list. */
  numbers(index: number, bound: number): { readonly list: boolean; readonly values: number[] } {
    const value = this.#values[index]
    if (!Array.isArray(value)) return { list: false, values: [this.number(index)] }
    if (value.length > bound) throw bad(`parameter ${index}: at most ${bound} items`)
    return { list: true, values: value.map((item) => wholeNumber(item, index)) }
  }

  /** A `u64` as decimal text: JSON numbers lose digits above 2^53. */
  decimal(index: number): bigint {
    const value = this.#values[index]
    if (typeof value !== 'string' || !/^[0-9]{1,20}$/.test(value))
      throw bad(`parameter ${index}: decimal text expected`)
    const number = BigInt(value)
    if (number >> 64n !== 0n) throw bad(`parameter ${index}: above 64 bits`)
    return number
  }

  text(index: number): string {
    const value = this.#values[index]
    if (typeof value !== 'string') throw bad(`parameter ${index}: text expected`)
    return value
  }

  /** Left out counts as `false`. */
  flag(index: number): boolean {
    const value = this.#values[index] ?? false
    if (typeof value !== 'boolean') throw bad(`parameter ${index}: true or false expected`)
    return value
  }

  /** A hash or a list of hashes. */
  hashes(index: number, bound: number): Uint8Array[] {
    const listed = Array.isArray(this.#values[index]) ? this.byteList(index, bound) : [this.bytes(index)]
    if (listed.some(({ length }) => length !== 32)) throw bad(`parameter ${index}: 32 bytes as hex expected`)
    return listed
  }

  /** A list of objects, at most `bound` of them. */
  records(index: number, bound: number): RecordParam[] {
    const value = this.#values[index]
    if (!Array.isArray(value)) throw bad(`parameter ${index}: a list expected`)
    if (value.length > bound) throw bad(`parameter ${index}: at most ${bound} items`)
    return value.map((item) => new RecordParam(item, index))
  }

  /** An account as SS58 text of any prefix, or as hex. */
  account(index: number): Uint8Array {
    const text = this.text(index)
    if (text.startsWith('0x')) return this.hash(index)
    try {
      return ss58Decode(text).account
    } catch (error) {
      if (error instanceof CodecError) throw bad(`parameter ${index}: not an address`)
      throw error
    }
  }
}

/** An object inside a parameter. */
export class RecordParam {
  readonly #fields: ReadonlyMap<string, unknown>
  readonly #index: number

  /** @throws RpcError `rpc.bad-params` if it is no object */
  constructor(value: unknown, index: number) {
    if (typeof value !== 'object' || value === null) throw bad(`parameter ${index}: objects expected`)
    this.#fields = new Map<string, unknown>(Object.entries(value))
    this.#index = index
  }

  value(field: string): unknown {
    return this.#fields.get(field) ?? undefined
  }

  bytes(field: string): Uint8Array {
    return hexBytes(this.value(field), this.#index)
  }

  optionalBytes(field: string): Uint8Array | undefined {
    return this.value(field) === undefined ? undefined : this.bytes(field)
  }
}

/** Substrate reads hex without 0x as well, and polkadot-api sends no bytes as empty text. */
function hexBytes(value: unknown, index: number): Uint8Array {
  if (typeof value === 'string') {
    try {
      return fromHex(value.startsWith('0x') ? value : `0x${value}`)
    } catch (error) {
      if (!(error instanceof CodecError)) throw error
    }
  }
  throw bad(`parameter ${index}: hex expected`)
}

function wholeNumber(value: unknown, index: number): number {
  const number = typeof value === 'string' && /^0x[0-9a-fA-F]{1,16}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > 0xffff_ffff) {
    throw bad(`parameter ${index}: a whole number expected`)
  }
  return number
}

function bad(detail: string): RpcError {
  return new RpcError('rpc.bad-params', detail)
}
