/** Options of a command as text, each at most once, and what they may be. */
import { parseArgs } from 'node:util'
import type { EnclaveProgram } from '../../build/index.ts'
import { PackagingError } from '../packaging-error.ts'

export type Values<Name extends string> = { readonly [K in Name]?: string | undefined }

/** @throws PackagingError `packaging.bad-arguments` */
export function optionsOf<Name extends string>(args: string[], usage: string, names: readonly Name[]): Values<Name> {
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' } as const]))
    return parseArgs({ args, options }).values as Values<Name>
  } catch (cause) {
    throw bad(cause instanceof Error ? cause.message : String(cause), usage)
  }
}

export function oneOf<T extends string>(value: string, allowed: readonly T[], usage: string): T {
  const found = allowed.find((name) => name === value)
  if (found === undefined) throw bad(`${value} is none of ${allowed.join(', ')}`, usage)
  return found
}

export function kindOf(value = 'worker', usage: string): EnclaveProgram {
  return oneOf(value, ['worker', 'gatekeeper'], usage)
}

export function required(value: string | undefined, name: string, usage: string): string {
  if (value === undefined) throw bad(`--${name} is missing`, usage)
  return value
}

/** A register, as a report or a publisher writes it: hexadecimal, with or without `0x`. */
export function registerOf(value: string, name: string, bytes: number, usage: string): Uint8Array {
  const digits = value.replace(/^0x/i, '')
  if (digits.length !== 2 * bytes || !/^[0-9a-f]*$/i.test(digits)) {
    throw bad(`--${name} is not ${bytes} bytes in hexadecimal`, usage)
  }
  return new Uint8Array(Buffer.from(digits, 'hex'))
}

export function bad(what: string, usage: string): PackagingError {
  return new PackagingError('packaging.bad-arguments', what, { fix: `pha enclave ${usage}` })
}
