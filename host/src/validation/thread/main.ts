/** Entry point of a thread that validates transactions and checks signatures. */
import { parentPort } from 'node:worker_threads'
import { concatBytes } from '@pha/core/codec'
import type { Runtime } from '@pha/runtime/frame'
import { TransactionValidity } from '@pha/runtime/interface'
import { loadRuntime } from '../../runtime/load-runtime.ts'
import { unpackChecks, verifyQuickly } from '../../signatures/index.ts'
import { packList, unpackList } from '../byte-lists.ts'
import type { FromThread, ToThread } from '../messages.ts'
import { type Validation, Validator } from '../validator.ts'

const validator = new Validator({
  want: (keys) => post({ type: 'wanted', keys: packList(keys) }),
  forget: (keys) => post({ type: 'forgotten', keys: packList(keys) }),
})

parentPort?.on('message', (message: ToThread) => {
  switch (message.type) {
    case 'runtime':
      return validator.noteRuntime(loaded(message.code))
    case 'head':
      return validator.noteHead(message.hash, message.number, unpackList(message.changes))
    case 'values':
      return validator.noteValues(unpackList(message.entries))
    case 'unreadable':
      return validator.noteUnreadable(unpackList(message.keys) as Uint8Array[])
    case 'extrinsics':
      return validateAll(message.batch, unpackList(message.packed) as Uint8Array[])
    case 'signatures':
      return checkAll(message.batch, message.packed)
  }
})

/** Answers when all of them are answered: some may wait for what is not known here yet. */
function validateAll(batch: number, extrinsics: readonly Uint8Array[]): void {
  const validations: (Validation | undefined)[] = []
  let open = extrinsics.length
  validator.validate(extrinsics, (index, validation) => {
    validations[index] = validation
    if (--open > 0) return
    const held = validations.flatMap((each) => each?.held ?? [])
    post({ type: 'extrinsics', batch, validities: packList(validations.map(packed)), held })
  })
}

function packed(validation: Validation | undefined): Uint8Array | undefined {
  if (validation === undefined) return undefined
  const head = new Uint8Array(5)
  new DataView(head.buffer).setUint32(0, validation.height, true)
  head[4] = validation.held.length
  return concatBytes(head, TransactionValidity.encode(validation.validity))
}

function checkAll(batch: number, packed: Uint8Array): void {
  const held: number[] = []
  for (const check of unpackChecks(packed)) held.push(verifyQuickly(check) ? 1 : 0)
  post({ type: 'signatures', batch, held: Uint8Array.from(held) })
}

/** `undefined` if it does not start: then the node's thread, which has it in force, validates itself. */
function loaded(code: Uint8Array): Runtime | undefined {
  try {
    return loadRuntime(code)
  } catch {
    return undefined
  }
}

function post(message: FromThread): void {
  parentPort?.postMessage(message)
}
