/**
 * A chain's runtime of another version than the one that this SDK was made with. What this SDK signs holds there as long as
 * the transaction version is the same, and that version is signed with every call: the chain itself refuses bytes that could
 * mean something else. What the node says of the runtime is not proven, so it only gives a reason to refuse earlier and
 * clearer, or to leave an event unread.
 */
import { toHex } from '@pha/core/codec'
import { type Infer, type Type, tryDecode } from '@pha/core/schema'
import { chainTypes, RUNTIME_VERSION, RuntimeCall, type RuntimeEvent } from '@pha/runtime/pallets'
import { join, READ_TIMEOUT_MS } from '../call-options.ts'
import { PhaError } from '../errors.ts'
import { readBytes, readNumber, readRecord } from '../rpc/answers.ts'
import type { JsonRpc } from '../rpc/json-rpc.ts'
import { type Metadata, readMetadata } from './metadata.ts'
import { hasSameShape } from './same-shape.ts'

export interface OtherRuntime {
  readonly specVersion: number
  readonly transactionVersion: number
  readonly metadata: Metadata
}

/** Versions of the runtime that a client remembers: those around an upgrade. */
const KEPT_RUNTIMES = 4

export class OtherRuntimes {
  readonly #rpc: JsonRpc
  readonly #kept = new Map<number, Promise<Metadata>>()

  constructor(rpc: JsonRpc) {
    this.#rpc = rpc
  }

  /**
   * The runtime that answers questions about a block and executes the next one; `undefined` if it is this SDK's.
   * @throws PhaError `sdk.bad-answer`, `sdk.rpc-failed` if the node does not keep that state
   */
  async at(hash: Uint8Array, signal: AbortSignal): Promise<OtherRuntime | undefined> {
    const block = toHex(hash)
    const version = readRecord(await this.#rpc.request('state_getRuntimeVersion', [block], signal), 'runtime version')
    const specVersion = readNumber(version['specVersion'], 'runtime version')
    if (specVersion === RUNTIME_VERSION.specVersion) return undefined
    const transactionVersion = readNumber(version['transactionVersion'], 'runtime version')
    const metadata = this.#kept.get(specVersion) ?? this.#read(block)
    this.#kept.set(specVersion, metadata)
    metadata.catch(() => this.#kept.delete(specVersion))
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > KEPT_RUNTIMES && oldest !== undefined) this.#kept.delete(oldest)
    return { specVersion, transactionVersion, metadata: await join(metadata, signal, 'reading metadata') }
  }

  async #read(block: string): Promise<Metadata> {
    const answer = await this.#rpc.request('state_getMetadata', [block], AbortSignal.timeout(READ_TIMEOUT_MS))
    return readMetadata(readBytes(answer, 'metadata'))
  }
}

/**
 * Looks for a reason not to sign a call for `runtime`: another transaction version, or a call that its metadata describes
 * otherwise. Calls inside the call count, those that it does not use don't; nor do calls that this SDK does not know.
 * @throws PhaError `sdk.wrong-version`
 */
export function requireSameCall({ specVersion, transactionVersion, metadata }: OtherRuntime, call: Uint8Array): void {
  if (transactionVersion !== RUNTIME_VERSION.transactionVersion) {
    throw wrongVersion(
      `the chain's transactions are of version ${transactionVersion}, this SDK signs version ${RUNTIME_VERSION.transactionVersion}`,
    )
  }
  const ours = tryDecode(RuntimeCall, call)
  // Who declares a newer pallet himself knows what he sends.
  if (!ours.ok) return
  const { type, value } = ours.value
  if (!isSame(metadata, 'calls', type, value)) {
    throw wrongVersion(`version ${specVersion} of the chain's runtime has another ${type}.${value.type}, or none`)
  }
}

/** Whether `runtime` has written these bytes for an event as this SDK reads them. */
export function isSameEvent({ metadata }: OtherRuntime, { type, value }: Infer<typeof RuntimeEvent>): boolean {
  return isSame(metadata, 'events', type, value)
}

function isSame(metadata: Metadata, kind: 'calls' | 'events', name: string, value: unknown): boolean {
  const ours = chainTypes.pallets.find((pallet) => pallet.name === name)
  const types = ours && chainTypes.palletTypes.get(ours)
  const type: Type<unknown> | undefined = kind === 'calls' ? types?.call : types?.event
  const theirs = metadata.pallets.find((pallet) => pallet.index === ours?.index)
  const id = theirs?.[kind]
  return type !== undefined && theirs?.name === name && id !== undefined && hasSameShape(metadata, type, value, id)
}

function wrongVersion(message: string): PhaError {
  return new PhaError('sdk.wrong-version', message, { fix: 'Use the SDK version that belongs to the chain.' })
}
