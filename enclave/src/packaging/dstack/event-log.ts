/**
 * Replays the event log of a dstack machine into the four runtime registers of its TDX quote: RTMR = SHA-384(RTMR ||
 * digest) for each event, from zeros (TDX Module ABI, TDG.MR.RTMR.EXTEND). Events of the boot bring their digest; those
 * of dstack's guest are hashed here, so what they say is proven by the register: app id, compose hash, key provider.
 */
import { createHash } from 'node:crypto'
import { utf8Encode } from '@pha/core/codec'
import { packagingLimits } from '../limits.ts'
import { PackagingError } from '../packaging-error.ts'

/** Event type of dstack's guest, in no specification of the TCG. */
const DSTACK_EVENT = 0x0800_0001
const REGISTERS = 4
const DIGEST_BYTES = 48

export interface ReplayedLog {
  readonly rtmrs: readonly Uint8Array[]
  /** Events of dstack's guest, in their order: name and payload. */
  readonly events: readonly { readonly name: string; readonly payload: Uint8Array }[]
}

/**
 * @param text JSON: the list of events, or the agent's answer to GetQuote that carries it as `event_log`
 * @throws PackagingError `packaging.bad-event-log`, `packaging.event-version`
 */
export function replayEventLog(text: string): ReplayedLog {
  const rtmrs = Array.from({ length: REGISTERS }, () => new Uint8Array(DIGEST_BYTES))
  const events: { name: string; payload: Uint8Array }[] = []
  for (const event of eventsIn(text)) {
    const { register, digest, ours } = parsedEvent(event)
    rtmrs[register] = sha384(rtmrs[register] ?? new Uint8Array(DIGEST_BYTES), digest)
    if (ours !== undefined) events.push(ours)
  }
  return { rtmrs, events }
}

function eventsIn(text: string): readonly unknown[] {
  const parsed = json(text)
  const inner = isRecord(parsed) && typeof parsed['event_log'] === 'string' ? json(parsed['event_log']) : parsed
  if (!Array.isArray(inner)) throw malformed('neither a list of events nor an answer with event_log')
  if (inner.length > packagingLimits.events) throw malformed(`more than ${packagingLimits.events} events`)
  return inner
}

interface ParsedEvent {
  readonly register: number
  readonly digest: Uint8Array
  readonly ours: ReplayedLog['events'][number] | undefined
}

function parsedEvent(event: unknown): ParsedEvent {
  if (!isRecord(event)) throw malformed('an event is no object')
  const { imr: register, event_type: type, event: name, version = 1 } = event
  if (typeof register !== 'number' || !(register in [0, 0, 0, 0])) throw malformed('a register that is not 0 to 3')
  const stated = hexBytes(event['digest'] ?? '')
  if (type !== DSTACK_EVENT) {
    // Registers are extended by 48 bytes; digests of shorter hashes are filled up with zeros.
    if (stated.length === 0 || stated.length > DIGEST_BYTES) throw malformed('an event of the boot without its digest')
    const digest = new Uint8Array(DIGEST_BYTES)
    digest.set(stated)
    return { register, digest, ours: undefined }
  }
  if (version !== 1) throw new PackagingError('packaging.event-version', `event version ${String(version)}, not 1`)
  if (typeof name !== 'string') throw malformed('an event without a name')
  const payload = hexBytes(event['event_payload'])
  const digest = dstackEventDigest(name, payload)
  if (stated.length > 0 && Buffer.compare(stated, digest) !== 0) throw malformed(`the digest of ${name} is another's`)
  return { register, digest, ours: { name, payload } }
}

/** SHA-384(type as 4 bytes, little-endian || ":" || name || ":" || payload) */
function dstackEventDigest(name: string, payload: Uint8Array): Uint8Array {
  const type = new Uint8Array(4)
  new DataView(type.buffer).setUint32(0, DSTACK_EVENT, true)
  return sha384(type, utf8Encode(`:${name}:`), payload)
}

function sha384(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const hash = createHash('sha384')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new PackagingError('packaging.bad-event-log', 'not JSON', { cause })
  }
}

function hexBytes(value: unknown): Uint8Array {
  if (typeof value !== 'string' || !/^(?:[0-9a-f]{2})*$/i.test(value)) throw malformed('bytes that are not hexadecimal')
  return new Uint8Array(Buffer.from(value, 'hex'))
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(what: string): PackagingError {
  return new PackagingError('packaging.bad-event-log', what)
}
