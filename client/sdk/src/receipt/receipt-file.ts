/** The file form of a receipt: JSON that anyone can keep, send and check without a network. */
import { fromHex, type Hex } from '@pha/core/codec'

export const RECEIPT_FORMAT = 'pha-receipt'
export const RECEIPT_VERSION = 1

/**
 * Everything in hexadecimal SCALE. It holds the output and its salt in the clear: who gets the file reads the result.
 */
export interface ReceiptFile {
  readonly format: typeof RECEIPT_FORMAT
  readonly version: typeof RECEIPT_VERSION
  /** For people who open the file; nothing here is checked or used. */
  readonly unverified: {
    readonly note: string
    readonly chain: Hex
    readonly block: number
    readonly contract: Hex
    readonly codeHash: Hex
    readonly sequence: string
    readonly batch: number
    readonly outcome: string
    readonly replicas: readonly Hex[]
  }
  /** Genesis header, and the read proof of `Consensus.Authority` under it. */
  readonly genesis: { readonly header: Hex; readonly proof: readonly Hex[] }
  /** `FinalisedHeader` whose state root `proof` leads to. */
  readonly finalised: Hex
  /** Nodes for `Contracts.Commits`, `Contracts.Contracts` and `Registry.Workers` of each voter. */
  readonly proof: readonly Hex[]
  /** The opened `Reply`. */
  readonly reply: Hex
}

export interface ReceiptBytes {
  readonly genesisHeader: Uint8Array
  readonly genesisProof: readonly Uint8Array[]
  readonly finalised: Uint8Array
  readonly proof: readonly Uint8Array[]
  readonly reply: Uint8Array
}

export type ReadReceipt =
  | { readonly ok: true; readonly bytes: ReceiptBytes }
  | {
      readonly ok: false
      readonly reason:
        | 'receipt.not-json'
        | 'receipt.too-large'
        | 'receipt.malformed'
        /** Another format, or a version that this SDK does not know. */
        | 'receipt.unknown-version'
    }

/** A usual one has 50 KB; 16 replicas, a full batch and the largest output stay below 1 MB. */
const MAX_TEXT = 8 * 1024 * 1024
const MAX_NODES = 16_384

/** Reads the file, from its text or from parsed JSON. Never throws. */
export function readReceiptFile(file: unknown): ReadReceipt {
  if (typeof file === 'string') {
    if (file.length > MAX_TEXT) return { ok: false, reason: 'receipt.too-large' }
    const parsed = parse(file)
    return parsed === undefined ? { ok: false, reason: 'receipt.not-json' } : readReceiptFile(parsed.value)
  }
  const fields = fieldsOf(file)
  if (fields === undefined) return { ok: false, reason: 'receipt.malformed' }
  if (fields['format'] !== RECEIPT_FORMAT || fields['version'] !== RECEIPT_VERSION) {
    return { ok: false, reason: 'receipt.unknown-version' }
  }
  const budget = { left: MAX_TEXT }
  const genesis = fieldsOf(fields['genesis'])
  const genesisHeader = bytesOf(genesis?.['header'], budget)
  const genesisProof = listOf(genesis?.['proof'], budget)
  const finalised = bytesOf(fields['finalised'], budget)
  const proof = listOf(fields['proof'], budget)
  const reply = bytesOf(fields['reply'], budget)
  if (budget.left < 0) return { ok: false, reason: 'receipt.too-large' }
  if (!genesisHeader || !genesisProof || !finalised || !proof || !reply)
    return { ok: false, reason: 'receipt.malformed' }
  return { ok: true, bytes: { genesisHeader, genesisProof, finalised, proof, reply } }
}

type Budget = { left: number }

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

function fieldsOf(value: unknown): { readonly [name: string]: unknown } | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as { readonly [name: string]: unknown }) : undefined
}

function bytesOf(value: unknown, budget: Budget): Uint8Array | undefined {
  if (typeof value !== 'string') return undefined
  budget.left -= value.length
  if (budget.left < 0 || !/^0x(?:[0-9a-fA-F]{2})*$/.test(value)) return undefined
  return fromHex(value)
}

function listOf(value: unknown, budget: Budget): Uint8Array[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_NODES) return undefined
  const items: Uint8Array[] = []
  for (const item of value) {
    const bytes = bytesOf(item, budget)
    if (bytes === undefined) return undefined
    items.push(bytes)
  }
  return items
}
