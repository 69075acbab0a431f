/** JSON-RPC 2.0 (jsonrpc.org/specification): text in, text out, whatever the text is. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Allowance } from './allowance.ts'
import { clientError } from './client-error.ts'
import { rpcLimits } from './limits.ts'
import type { RpcCall, RpcMethod } from './method.ts'
import { Params } from './params.ts'
import { ResponseRoom } from './response-room.ts'
import { RpcError } from './rpc-error.ts'
import type { WaitingCalls } from './waiting-calls.ts'

/** How long the requests of one batch run before others do. */
const TURN_MS = 2

type Id = string | number | null

export interface Dispatcher {
  readonly methods: ReadonlyMap<string, RpcMethod>
  readonly call: RpcCall
  /** Of the connection that asks. */
  readonly allowance: Allowance
  /** Of the same. */
  readonly waiting: WaitingCalls
  readonly onSlow: OnSlow
}

/** What becomes of one message. */
export interface Dispatched {
  /** Never rejects; `undefined` if the message holds notifications only, which get no answer. */
  readonly answer: Promise<string | undefined>
  /** Whether it is a call that waits for the chain: what comes after it need not wait with it. A batch is answered in its turn. */
  readonly waits: boolean
}

/**
 * Told of a request that held this thread for longer than `rpcLimits.slowMs`.
 * @param busyMs without the time that it waited for others
 */
export type OnSlow = (method: string, busyMs: number) => void

/**
 * Begins to answer one message. Never throws.
 * @example
 * const { answer } = dispatch('{"id":1,"method":"system_chain"}', dispatcher)
 */
export function dispatch(text: string, dispatcher: Dispatcher): Dispatched {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    const error = failure(null, new RpcError('rpc.malformed-json', 'Parse error'))
    return { answer: Promise.resolve(error), waits: false }
  }
  const of = { dispatcher, room: new ResponseRoom(), characters: text.length }
  if (Array.isArray(message)) return { answer: answerBatch(message, of), waits: false }
  const waits = isRecord(message) && methodOf(message, dispatcher)?.waits === true
  return { answer: answer(message, of), waits }
}

/** What the requests of one message share. */
interface Message {
  readonly dispatcher: Dispatcher
  readonly room: ResponseRoom
  /** Of its text; of a batch, the share of each. */
  readonly characters: number
}

async function answerBatch(message: readonly unknown[], of: Message): Promise<string | undefined> {
  if (message.length === 0) return failure(null, new RpcError('rpc.invalid-request', 'Empty batch'))
  if (message.length > rpcLimits.batch) {
    return failure(null, new RpcError('rpc.batch-too-long', `At most ${rpcLimits.batch} requests in a batch`))
  }
  const share = { ...of, characters: Math.floor(of.characters / message.length) }
  const asked: Promise<string | undefined>[] = []
  let since = performance.now()
  for (const request of message) {
    // Others get their turn: a long batch must not stop block making.
    if (performance.now() - since > TURN_MS) {
      await nextTurn()
      since = performance.now()
    }
    // Each begins before the next, but what waits (for a signature to be checked) waits together.
    asked.push(answer(request, share))
  }
  const answers = (await Promise.all(asked)).filter((text) => text !== undefined)
  return answers.length === 0 ? undefined : `[${answers.join(',')}]`
}

async function answer(request: unknown, { dispatcher, room, characters }: Message): Promise<string | undefined> {
  if (!isRecord(request)) {
    return failure(null, new RpcError('rpc.invalid-request', 'A request is an object'))
  }
  const { id, method: name, params } = request
  const known = isId(id) ? id : null
  if (typeof name !== 'string' || (id !== undefined && !isId(id))) {
    return failure(known, new RpcError('rpc.invalid-request', 'A request has a method and an id'))
  }
  const { call, allowance, waiting, onSlow } = dispatcher
  const method = methodOf(request, dispatcher)
  if (method === undefined) {
    return id === undefined ? undefined : failure(known, new RpcError('rpc.unknown-method', 'Method not found'))
  }
  const observed = call.observer.rpcCall(name)
  try {
    allowance.take(name, params)
    if (room.isFull) room.take(1)
    using _ = method.waits ? waiting.enter(characters) : undefined
    const since = performance.now()
    const returned = method(new Params(params), call)
    let busyMs = performance.now() - since
    // Most answer at once: then the next request of a batch begins only when the room that is left is known.
    const result: unknown = returned instanceof Promise ? await returned : returned
    const answeredAt = performance.now()
    const text =
      id === undefined
        ? undefined
        : `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${JSON.stringify(result ?? null)}}`
    room.take(text?.length ?? 0)
    busyMs += performance.now() - answeredAt
    observed(false)
    if (busyMs > rpcLimits.slowMs) onSlow(name, busyMs)
    return text
  } catch (cause) {
    observed(true)
    const error = clientError(cause)
    if (error.code === 'rpc.internal') call.onFault(name, cause)
    return id === undefined ? undefined : failure(known, error)
  }
}

function failure(id: Id, error: RpcError): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error })
}

function isRecord(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null
}

function methodOf({ method }: { readonly [field: string]: unknown }, { methods }: Dispatcher): RpcMethod | undefined {
  return typeof method === 'string' ? methods.get(method) : undefined
}

function isId(value: unknown): value is Id {
  return typeof value === 'string' || typeof value === 'number' || value === null
}
