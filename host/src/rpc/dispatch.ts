/** JSON-RPC 2.0 (jsonrpc.org/specification): text in, text out, whatever the text is. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Allowance } from './allowance.ts'
import { clientError } from './client-error.ts'
import { rpcLimits } from './limits.ts'
import type { RpcCall, RpcMethod } from './method.ts'
import { Params } from './params.ts'
import { ResponseRoom } from './response-room.ts'
import { RpcError } from './rpc-error.ts'

/** How long the requests of one batch run before others do. */
const TURN_MS = 2

type Id = string | number | null

export interface Dispatcher {
  readonly methods: ReadonlyMap<string, RpcMethod>
  readonly call: RpcCall
  /** Of the connection that asks. */
  readonly allowance: Allowance
  readonly onSlow: OnSlow
}

/**
 * Told of a request that held this thread for longer than `rpcLimits.slowMs`.
 * @param busyMs without the time that it waited for others
 */
export type OnSlow = (method: string, busyMs: number) => void

/**
 * Answers one message. Never throws.
 * @returns `undefined` if it holds notifications only, which get no answer
 */
export async function dispatch(text: string, dispatcher: Dispatcher): Promise<string | undefined> {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    return failure(null, new RpcError('rpc.malformed-json', 'Parse error'))
  }
  const room = new ResponseRoom()
  if (!Array.isArray(message)) return answer(message, dispatcher, room)
  if (message.length === 0) return failure(null, new RpcError('rpc.invalid-request', 'Empty batch'))
  if (message.length > rpcLimits.batch) {
    return failure(null, new RpcError('rpc.batch-too-long', `At most ${rpcLimits.batch} requests in a batch`))
  }
  const asked: Promise<string | undefined>[] = []
  let since = performance.now()
  for (const request of message) {
    // Others get their turn: a long batch must not stop block making.
    if (performance.now() - since > TURN_MS) {
      await nextTurn()
      since = performance.now()
    }
    // Each begins before the next, but what waits (for a signature to be checked) waits together.
    asked.push(answer(request, dispatcher, room))
  }
  const answers = (await Promise.all(asked)).filter((text) => text !== undefined)
  return answers.length === 0 ? undefined : `[${answers.join(',')}]`
}

async function answer(request: unknown, dispatcher: Dispatcher, room: ResponseRoom): Promise<string | undefined> {
  if (typeof request !== 'object' || request === null) {
    return failure(null, new RpcError('rpc.invalid-request', 'A request is an object'))
  }
  const { id, method: name, params } = request as { readonly [field: string]: unknown }
  const known = isId(id) ? id : null
  if (typeof name !== 'string' || (id !== undefined && !isId(id))) {
    return failure(known, new RpcError('rpc.invalid-request', 'A request has a method and an id'))
  }
  const { methods, call, allowance, onSlow } = dispatcher
  const method = methods.get(name)
  if (method === undefined) {
    return id === undefined ? undefined : failure(known, new RpcError('rpc.unknown-method', 'Method not found'))
  }
  const observed = call.observer.rpcCall(name)
  try {
    allowance.take(name)
    if (room.isFull) room.take(1)
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

function isId(value: unknown): value is Id {
  return typeof value === 'string' || typeof value === 'number' || value === null
}
