/**
 * The rehearsal: before a node lets a new runtime into a block, that runtime makes the block after it, in a thread of its own
 * on a copy of the state, within limits. What throws, loops, fills memory or breaks its migrations never takes effect.
 *
 * The result is this node's vote about a proposal and nothing else: a decided block is executed whatever it says, since time
 * and memory are not the same everywhere.
 */
import { Worker } from 'node:worker_threads'
import type { RuntimeHost } from '@pha/runtime/frame'
import { Answer, HostChannel, Question } from './host-channel.ts'
import { rehearsalLimits } from './limits.ts'

export type RehearsalLimits = {
  readonly [name in 'startMs' | 'timeMs' | 'heapMegabytes' | 'stackMegabytes' | 'growthMegabytes']: number
}

export interface Rehearsal {
  readonly code: Uint8Array
  /** The state after the block that carries the upgrade. It is changed. */
  readonly state: RuntimeHost
  /** SCALE `Header` of the next block, as `Core_initialize_block` reads it. */
  readonly header: Uint8Array
  /** SCALE `InherentData`. */
  readonly inherentData: Uint8Array
}

export type RehearsalResult = { readonly ok: true } | { readonly ok: false; readonly reason: string }

export interface RehearsalTask {
  readonly memory: SharedArrayBuffer
  readonly code: Uint8Array
  readonly header: Uint8Array
  readonly inherentData: Uint8Array
}

const THREAD = new URL('./rehearsal-main.ts', import.meta.url)

/** Often enough to see memory grow, seldom enough to cost nothing. */
const LOOK_EVERY_MS = 20

/**
 * Waits for the result; the calling thread does nothing else meanwhile.
 * @example
 * const result = rehearse({ code, state, header, inherentData })
 * if (!result.ok) logger.warn('upgrade refused', { reason: result.reason })
 */
export function rehearse(
  { code, state, header, inherentData }: Rehearsal,
  limits: RehearsalLimits = rehearsalLimits,
): RehearsalResult {
  const channel = new HostChannel()
  const task: RehearsalTask = { memory: channel.memory, code, header, inherentData }
  const worker = new Worker(THREAD, {
    workerData: task,
    env: {},
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMegabytes, stackSizeMb: limits.stackMegabytes },
  })
  worker.unref()
  // It ends by force, or for want of memory, after its result is known: the event tells nothing new.
  worker.on('error', () => {})
  // One that has not begun is left alone: it ends by itself when it sees that nobody waits.
  if (!channel.hasBegun(limits.startMs)) return refused(`its thread has not begun after ${limits.startMs} ms`)
  try {
    return serve(channel, state, limits)
  } finally {
    void worker.terminate()
  }
}

function serve(channel: HostChannel, state: RuntimeHost, limits: RehearsalLimits): RehearsalResult {
  const until = performance.now() + limits.timeMs
  const mostBytes = process.memoryUsage.rss() + limits.growthMegabytes * 1_048_576
  for (;;) {
    const message = channel.receive('host', LOOK_EVERY_MS)
    if (process.memoryUsage.rss() > mostBytes) return refused(`it takes more than ${limits.growthMegabytes} MiB`)
    if (performance.now() > until) return refused(`it is not done after ${limits.timeMs} ms, or ran out of memory`)
    if (message === undefined) continue
    const question = Question.decode(message)
    if (question.type === 'done') return question.value === undefined ? { ok: true } : refused(question.value)
    channel.send('thread', Answer.encode(answer(question, state)))
  }
}

function answer(question: Exclude<Question, { readonly type: 'done' }>, state: RuntimeHost): Answer {
  try {
    switch (question.type) {
      case 'get':
        return { type: 'bytes', value: state.get(question.value) }
      case 'set':
        state.set(question.value.key, question.value.value)
        return NOTHING
      case 'nextKey':
        return { type: 'bytes', value: state.nextKey(question.value.prefix, question.value.after) }
      case 'storageRoot':
        return { type: 'bytes', value: state.storageRoot() }
      case 'orderedRoot':
        return { type: 'bytes', value: state.orderedRoot(question.value) }
      case 'verify': {
        const { scheme, signature, message, account } = question.value
        return { type: 'holds', value: state.verify(scheme.type, signature, message, account) }
      }
      case 'archive':
        state.archive(question.value.key, question.value.value)
        return NOTHING
      default:
        return question satisfies never
    }
  } catch (cause) {
    return { type: 'failed', value: cause instanceof Error ? cause.message : String(cause) }
  }
}

const NOTHING: Answer = { type: 'bytes', value: undefined }

function refused(reason: string): RehearsalResult {
  return { ok: false, reason }
}
