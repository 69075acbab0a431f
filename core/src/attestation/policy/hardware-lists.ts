/** Allow and deny lists: of single machines, and of families of Intel platforms. */
import { equalBytes, toHex } from '../../codec/index.ts'
import { must } from './judgement.ts'

interface HardwareList {
  /** Undefined: all. Empty: none. */
  readonly allowed: readonly Uint8Array[] | undefined
  /** Wins over `allowed`. */
  readonly denied: readonly Uint8Array[]
}

export function judgePlatform(platform: Uint8Array, { allowed, denied }: HardwareList): void {
  must(!has(denied, platform), 'platform-denied', toHex(platform))
  must(allowed === undefined || has(allowed, platform), 'platform-not-allowed', toHex(platform))
}

export function judgeFmspc(fmspc: Uint8Array, { allowed, denied }: HardwareList): void {
  must(!has(denied, fmspc), 'fmspc-denied', toHex(fmspc))
  must(allowed === undefined || has(allowed, fmspc), 'fmspc-not-allowed', toHex(fmspc))
}

function has(list: readonly Uint8Array[], entry: Uint8Array): boolean {
  return list.some((listed) => equalBytes(listed, entry))
}
