/** Entry of the thread in which a new runtime is tried: it is loaded, says who it is, and makes one block. */
import { workerData } from 'node:worker_threads'
import { equalBytes } from '@pha/core/codec'
import { Header } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import type { RuntimeHost } from '@pha/runtime/frame'
import { RuntimeVersion } from '@pha/runtime/pallets'
import { Answer, HostChannel, Question } from './host-channel.ts'
import { startRuntime } from './load-runtime.ts'
import type { RehearsalTask } from './rehearse.ts'

const { memory, code, header, inherentData } = workerData as RehearsalTask
const channel = new HostChannel(memory)

function rehearseHere(): void {
  const runtime = startRuntime(code)
  const ask = (method: string, input: Uint8Array = new Uint8Array()): Uint8Array => runtime.call(host, method, input)

  const version = ask('Core_version')
  if (!equalBytes(version, RuntimeVersion.encode(runtime.version)))
    throw new Error('its first line tells another version')
  const metadata = t.bytes.decode(ask('Metadata_metadata'))
  if (!equalBytes(metadata.subarray(0, 4), METADATA_MAGIC)) throw new Error('it has no metadata')

  ask('Core_initialize_block', header)
  for (const inherent of t.vec(t.bytes).decode(ask('BlockBuilder_inherent_extrinsics', inherentData))) {
    const [refusal] = ask('BlockBuilder_apply_extrinsic', t.bytes.encode(inherent))
    if (refusal !== 0) throw new Error('it refuses its own inherent')
  }
  const { number, parentHash } = Header.decode(header)
  const made = Header.decode(ask('BlockBuilder_finalize_block'))
  if (made.number !== number || !equalBytes(made.parentHash, parentHash)) throw new Error('it makes another block')
  if (!equalBytes(made.stateRoot, host.storageRoot())) throw new Error('its header names another state')
}

/** `meta`, as all metadata begins. */
const METADATA_MAGIC = Uint8Array.of(0x6d, 0x65, 0x74, 0x61)

/** The state, in the node's own thread. */
const host: RuntimeHost = {
  get: (key) => bytes({ type: 'get', value: key }),
  set: (key, value) => void bytes({ type: 'set', value: { key, value } }),
  nextKey: (prefix, after) => bytes({ type: 'nextKey', value: { prefix, after } }),
  storageRoot: () => bytes({ type: 'storageRoot' }) ?? missing(),
  orderedRoot: (values) => bytes({ type: 'orderedRoot', value: values }) ?? missing(),
  verify(scheme, signature, message, account) {
    const answer = say({ type: 'verify', value: { scheme: { type: scheme }, signature, message, account } })
    return answer.type === 'holds' && answer.value
  },
  archive: (key, value) => void bytes({ type: 'archive', value: { key, value } }),
}

function bytes(question: Question): Uint8Array | undefined {
  const answer = say(question)
  return answer.type === 'bytes' ? answer.value : missing()
}

function say(question: Question): Answer {
  channel.send('host', Question.encode(question))
  const answer = Answer.decode(channel.receive('thread') ?? missing())
  if (answer.type === 'failed') throw new Error(answer.value)
  return answer
}

function missing(): never {
  throw new Error('the node gave no answer')
}

function reasonOf(work: () => void): string | undefined {
  try {
    work()
    return undefined
  } catch (cause) {
    return (cause instanceof Error ? cause.message : String(cause)).slice(0, 300)
  }
}

// Not while this module is evaluated: V8 ends the process if an evaluation that waited for others is terminated. The host
// terminates no thread that has not begun.
setImmediate(() => {
  if (!channel.begin()) return
  channel.send('host', Question.encode({ type: 'done', value: reasonOf(rehearseHere) }))
})
