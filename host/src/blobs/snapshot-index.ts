/** Which snapshot of each contract is the newest: on this host, as it tells others, and as others tell it. */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex } from '@pha/core/codec'
import type { SnapshotPointer } from '@pha/core/protocol'
import { cidText, parseCidText } from './cid-text.ts'
import { endpointUrl, fetchBounded } from './fetch-bounded.ts'
import { MOST_PEERS, type PeerOptions } from './fetch-from-peers.ts'
import { writeDurably } from './write-durably.ts'

/** A pointer is a line of JSON. */
const POINTER_TIMEOUT_MS = 3_000
const POINTER_BYTES = 512

export interface SnapshotIndex {
  latest(contract: Uint8Array): Promise<SnapshotPointer | undefined>
  /** Keeps the pointer durably, unless one of a later batch is kept already: of one batch the last counts, under newer keys. */
  keep(contract: Uint8Array, pointer: SnapshotPointer): Promise<void>
}

/**
 * Opens or makes the index in `directory`, a file for each contract.
 *
 * @example
 * const snapshots = await openSnapshotIndex(join(dataDir, 'snapshots'))
 * await snapshots.keep(contract, { batch: 16, cid })
 */
export async function openSnapshotIndex(directory: string): Promise<SnapshotIndex> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const pathOf = (contract: Uint8Array): string => join(directory, `${toHex(contract).slice(2)}.json`)

  async function latest(contract: Uint8Array): Promise<SnapshotPointer | undefined> {
    try {
      return parseSnapshotPointer(await readFile(pathOf(contract)))
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }

  return {
    latest,
    async keep(contract, pointer) {
      const kept = await latest(contract)
      if (kept === undefined || kept.batch <= pointer.batch) {
        await writeDurably(pathOf(contract), Buffer.from(snapshotPointerJson(pointer)))
      }
    },
  }
}

/** Claims that are looked into: each that proves empty can cost as long as all peers may take to say so. */
const MOST_CLAIMS = 8

/**
 * The newest snapshot that any of the peers says to have and whose blob can be had: who names one that does not exist must
 * not keep others from those that do. Still a claim: the enclave compares the snapshot with a proven root.
 *
 * @param hasBlob whether the blob can be had, from whomever
 * @example
 * const pointer = await findSnapshot(contract, endpoints, async (cid) => (await getBlob(cid)) !== undefined)
 */
export async function findSnapshot(
  contract: Uint8Array,
  endpoints: readonly string[],
  hasBlob: (cid: Uint8Array) => Promise<boolean>,
  { signal, timeoutMs = POINTER_TIMEOUT_MS }: PeerOptions = {},
): Promise<SnapshotPointer | undefined> {
  const answers = await Promise.all(
    endpoints.slice(0, MOST_PEERS).map(async (endpoint) => {
      const url = endpointUrl(endpoint, `snapshot/${toHex(contract).slice(2)}`)
      const body = url && (await fetchBounded(url, { bytes: POINTER_BYTES, timeoutMs, signal }))
      return body && parseSnapshotPointer(body)
    }),
  )
  const claims = answers.filter((claim) => claim !== undefined).toSorted((left, right) => right.batch - left.batch)
  const named = new Map(claims.map((claim) => [snapshotPointerJson(claim), claim]))
  for (const claim of [...named.values()].slice(0, MOST_CLAIMS)) if (await hasBlob(claim.cid)) return claim
  return undefined
}

/** JSON of a pointer, as `GET /snapshot/<contract>` answers and the index keeps it. */
export function snapshotPointerJson({ batch, cid }: SnapshotPointer): string {
  return JSON.stringify({ batch, cid: cidText(cid) ?? toHex(cid) })
}

export function parseSnapshotPointer(json: Uint8Array): SnapshotPointer | undefined {
  try {
    const { batch, cid: text }: { batch?: unknown; cid?: unknown } =
      JSON.parse(Buffer.from(json).toString('utf8')) ?? {}
    const cid = typeof text === 'string' ? parseCidText(text) : undefined
    if (cid === undefined || !Number.isInteger(batch)) return undefined
    const number = batch as number
    return number >= 0 && number <= 0xffff_ffff ? { batch: number, cid } : undefined
  } catch {
    return undefined
  }
}
