/** A permit as a file: JSON with a version, so that it can be kept, sent and shown. */
import { fromHex, type Hex, toHex } from '@pha/core/codec'
import { Secret } from '@pha/core/crypto'
import { PermitChain } from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import { PhaError } from '../errors.ts'
import { type HeldPermit, permitKey } from './held-permit.ts'

export interface PermitFile {
  readonly kind: 'pha-permit'
  readonly version: 1
  /** SCALE of the chain. */
  readonly permit: Hex
  /** Seed of the key that may use it; absent where somebody else holds that. */
  readonly key?: Hex
}

/** Far above the largest chain in hexadecimal. */
const MAX_FILE_LENGTH = 262_144

/** With `seed`, whoever reads the file can use the permit: write it with mode 0600. */
export function permitFile(chain: PermitChain, seed?: Secret): PermitFile {
  const permit = toHex(PermitChain.encode(chain))
  return { kind: 'pha-permit', version: 1, permit, ...(seed && { key: toHex(seed.expose()) }) }
}

/**
 * @returns the chain, unverified, and the key if the file has it
 * @throws PhaError `sdk.permit-refused` for anything else
 */
export function readPermitFile(text: string): { readonly chain: PermitChain; readonly held: HeldPermit | undefined } {
  const file = text.length <= MAX_FILE_LENGTH ? parse(text) : undefined
  if (file?.kind !== 'pha-permit' || file.version !== 1) throw refused('not a permit')
  const chain = tryDecode(PermitChain, bytesOf(file.permit))
  if (!chain.ok) throw refused(chain.reason)
  if (file.key === undefined) return { chain: chain.value, held: undefined }
  const seed = bytesOf(file.key)
  if (seed.length !== 32) throw refused('its key has not 32 bytes')
  return { chain: chain.value, held: { chain: chain.value, key: permitKey(Secret.from(seed)) } }
}

function parse(text: string): Partial<Record<keyof PermitFile, unknown>> | undefined {
  try {
    return Object(JSON.parse(text))
  } catch {
    return undefined
  }
}

function bytesOf(hex: unknown): Uint8Array {
  if (typeof hex !== 'string' || !/^0x(?:[0-9a-f]{2})*$/.test(hex)) throw refused('not hexadecimal')
  return fromHex(hex)
}

function refused(why: string): PhaError {
  return new PhaError('sdk.permit-refused', `this is no permit: ${why}`)
}
