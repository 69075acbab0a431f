/**
 * Validates transactions away from the state: what it once asked for it is kept up to date with, block by block, and what
 * it does not know it asks for, and then tries again. So it says what the node's thread would say at the same block.
 */
import type { Runtime, RuntimeHost } from '@pha/runtime/frame'
import type { TransactionValidity } from '@pha/runtime/interface'
import { bytesOfText, byteText } from '../byte-text.ts'
import { HeldSignatures, signatureName, type Verify, verifyQuickly } from '../signatures/index.ts'
import type { ByteList } from './byte-lists.ts'
import { validatorLimits } from './limits.ts'
import { BAD_PROOF, validate } from './validate.ts'

/** What a validator says of an extrinsic. */
export interface Validation {
  /** Of the block whose state was asked. */
  readonly height: number
  readonly validity: TransactionValidity
  /** Names of its signatures, which hold. */
  readonly held: readonly string[]
}

export interface ValidatorInit {
  /** Asks for values of the newest state, to be told of them from then on until they are forgotten. */
  readonly want: (keys: readonly Uint8Array[]) => void
  readonly forget: (keys: readonly Uint8Array[]) => void
  /** `validatorLimits` by default. */
  readonly limits?: ValidatorLimits
}

export type ValidatorLimits = Readonly<Record<keyof typeof validatorLimits, number>>

/** `undefined` if it cannot say: the state would have to be walked, or the runtime failed. */
type Answer = (validation: Validation | undefined) => void

interface Task {
  readonly extrinsic: Uint8Array
  readonly answer: Answer
  attempts: number
}

interface Head {
  readonly hash: Uint8Array
  readonly number: number
}

/** Thrown by a read of what is not known yet. */
class Unknown {
  readonly key: Uint8Array
  constructor(key: Uint8Array) {
    this.key = key
  }
}

export class Validator {
  readonly #init: ValidatorInit
  readonly #limits: ValidatorLimits
  readonly #held: HeldSignatures
  #runtime: Runtime | undefined
  #head: Head | undefined
  /** Values by key, the longest known first. */
  readonly #known = new Map<string, Uint8Array | undefined>()
  #knownBytes = 0
  /** What waits for a key that was asked for. */
  readonly #waiting = new Map<string, Task[]>()
  #wanted: Uint8Array[] = []

  constructor(init: ValidatorInit) {
    this.#init = init
    this.#limits = init.limits ?? validatorLimits
    this.#held = new HeldSignatures(this.#limits.heldSignatures)
  }

  noteRuntime(runtime: Runtime | undefined): void {
    this.#runtime = runtime
  }

  /** @param changes keys and values by turns; of keys that are not known, too */
  noteHead(hash: Uint8Array, number: number, changes: ByteList): void {
    this.#head = { hash, number }
    for (let i = 0; i + 1 < changes.length; i += 2) {
      const text = byteText(changes[i] as Uint8Array)
      if (this.#known.has(text)) this.#put(text, changes[i + 1])
    }
  }

  /** @param entries keys and values by turns */
  noteValues(entries: ByteList): void {
    const ready: Task[] = []
    for (let i = 0; i + 1 < entries.length; i += 2) {
      const text = byteText(entries[i] as Uint8Array)
      this.#put(text, entries[i + 1])
      ready.push(...(this.#waiting.get(text) ?? []))
      this.#waiting.delete(text)
    }
    for (const task of ready) this.#try(task)
    this.#ask()
    this.#forgetOldest()
  }

  /** The node's thread, which then asks, finds out why. */
  noteUnreadable(keys: readonly Uint8Array[]): void {
    for (const text of keys.map(byteText)) {
      const tasks = this.#waiting.get(text) ?? []
      this.#waiting.delete(text)
      for (const { answer } of tasks) answer(undefined)
    }
  }

  /** Validates each, and answers for each, in any order. */
  validate(
    extrinsics: readonly Uint8Array[],
    answer: (index: number, validation: Validation | undefined) => void,
  ): void {
    for (const [index, extrinsic] of extrinsics.entries()) {
      this.#try({ extrinsic, answer: (validation) => answer(index, validation), attempts: 0 })
    }
    this.#ask()
  }

  #try(task: Task): void {
    const [runtime, head] = [this.#runtime, this.#head]
    if (runtime === undefined || head === undefined || task.attempts++ >= this.#limits.attempts) {
      return task.answer(undefined)
    }
    let validation: Validation | undefined
    try {
      validation = this.#validated(runtime, head, task.extrinsic)
    } catch (cause) {
      if (cause instanceof Unknown) return this.#waitFor(cause.key, task)
      // Whatever it was happens again where it is reported.
    }
    task.answer(validation)
  }

  #validated(runtime: Runtime, head: Head, extrinsic: Uint8Array): Validation {
    const call = (method: string, input: Uint8Array, verify: Verify): Uint8Array =>
      runtime.call(this.#host(head, verify), method, input)
    const { validity, checks } = validate({ blockHash: head.hash, call }, this.#held, extrinsic)
    const { number: height } = head
    if (!validity.ok) return { height, validity, held: [] }
    if (!checks.every(verifyQuickly)) return { height, validity: BAD_PROOF, held: [] }
    const held = checks.map(signatureName)
    for (const name of held) this.#held.noteNamed(name)
    return { height, validity, held }
  }

  /** The state for one call: what the call changes is dropped with it. */
  #host({ number }: Head, verify: Verify): RuntimeHost {
    const changed = new Map<string, Uint8Array | undefined>()
    const cannot = (): never => {
      throw new Error('not known here')
    }
    return {
      get generation() {
        // One state for each block; once it is changed it equals no other.
        return changed.size === 0 ? number : undefined
      },
      get: (key) => {
        const text = byteText(key)
        if (changed.has(text)) return changed.get(text)
        const value = this.#known.get(text)
        if (value === undefined && !this.#known.has(text)) throw new Unknown(key.slice())
        return value
      },
      set: (key, value) => void changed.set(byteText(key), value),
      nextKey: cannot,
      storageRoot: cannot,
      orderedRoot: cannot,
      verify,
      archive: () => {},
    }
  }

  #waitFor(key: Uint8Array, task: Task): void {
    const text = byteText(key)
    const others = this.#waiting.get(text)
    if (others !== undefined) return void others.push(task)
    this.#waiting.set(text, [task])
    this.#wanted.push(key)
  }

  #ask(): void {
    if (this.#wanted.length === 0) return
    this.#init.want(this.#wanted)
    this.#wanted = []
  }

  #put(text: string, value: Uint8Array | undefined): void {
    const before = this.#known.get(text)?.length ?? (this.#known.has(text) ? 0 : -text.length)
    this.#known.set(text, value)
    this.#knownBytes += (value?.length ?? 0) - before
  }

  /** Half of all at once, so that it is seldom. */
  #forgetOldest(): void {
    const { keys, bytes } = this.#limits
    if (this.#known.size <= keys && this.#knownBytes <= bytes) return
    const forgotten: Uint8Array[] = []
    for (const [text, value] of this.#known) {
      if (this.#known.size <= keys / 2 && this.#knownBytes <= bytes / 2) break
      this.#known.delete(text)
      this.#knownBytes -= text.length + (value?.length ?? 0)
      forgotten.push(bytesOfText(text))
    }
    this.#init.forget(forgotten)
  }
}
