/**
 * Validates transactions and checks signatures on threads of their own, so that the thread that makes blocks and answers
 * clients neither runs the runtime for each submission nor waits for elliptic curves. What is asked within one turn of the
 * event loop travels together.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Change } from '@pha/core/trie'
import { TransactionValidity } from '@pha/runtime/interface'
import { byteText } from '../byte-text.ts'
import { packChecks, type SignatureCheck, type Verdict } from '../signatures/index.ts'
import { packList, unpackList } from './byte-lists.ts'
import { MOST_THREADS, YOUNG_GENERATION_MB } from './limits.ts'
import type { FromThread, ToThread } from './messages.ts'
import type { Validation } from './validator.ts'

/** The newest state. */
export interface ValidatedState {
  /** The bytes under `:code`. */
  readonly code: () => Uint8Array
  readonly head: () => { readonly hash: Uint8Array; readonly number: number }
  readonly get: (key: Uint8Array) => Uint8Array | undefined
}

export interface ValidationThreadsInit {
  /** By default one core stays with the event loop; one thread there is always. */
  readonly threads?: number
  /** Questions that may wait or be in work before more are refused. */
  readonly capacity: number
  readonly state: ValidatedState
  /** Time without a word after which a thread that has something to do is ended; 20 s by default. */
  readonly stallMs?: number
  /** Told why a thread ended; another one takes its place and its work. */
  readonly onFault: (where: string, cause: unknown) => void
}

export interface ValidationThreads extends AsyncDisposable {
  /**
   * What the runtime says of an extrinsic at the newest state, its signatures checked. `undefined` if threads cannot say;
   * `busy` if too many wait already, or threads end over this very one, or there are none any more.
   */
  validate(extrinsic: Uint8Array): Promise<Validation | undefined | 'busy'>
  /** Whether a signature holds. */
  check(check: SignatureCheck): Promise<Verdict>
  /** A block is final. What is asked from now on is asked of its state. */
  noteBlock(changes: readonly Change[], isUpgrade: boolean): void
  /** Questions that wait or are in work. */
  readonly size: number
}

/** Questions of one message: some 10 ms of work, beside which the message costs nothing. */
const BATCH_QUESTIONS = 64
/** Bytes of extrinsics in one message, but for one that is larger. */
const BATCH_BYTES = 262_144
/** Messages that a thread has at once: it finds the next when it ends the first. */
const BATCHES_OF_THREAD = 2
/** A question that was in work while this many threads ended is refused, lest it ends them all. */
const ATTEMPTS = 3
/** A batch takes some 10 ms; a machine that does ten things at once needs 5 s until a thread has started. */
const STALL_MS = 20_000
/** Looks at the threads in that time. They are counted, not timed: while this thread stands still itself, nobody is silent. */
const LOOKS = 4
/** Wait before the successor of a thread that ended before its first answer: it may be that none can start now. */
const RESTART_MS = 1_000

type Question = { attempts: number } & (
  | { readonly type: 'extrinsics'; readonly extrinsic: Uint8Array; readonly answer: Answer<Validation | undefined> }
  | { readonly type: 'signatures'; readonly check: SignatureCheck; readonly answer: Answer<Verdict> }
)
type Answer<T> = (answer: T | 'busy') => void

interface Thread {
  readonly worker: Worker
  /** By their numbers, in the order in which they were sent. */
  readonly batches: Map<number, readonly Question[]>
  /** Keys whose values it knows. */
  readonly told: Set<string>
  /** Looks of the watch since it was given something or said something. */
  silentFor: number
  /** Why it ends, as far as known. */
  cause: unknown
}

/**
 * Starts the threads. They are at work some 200 ms later; what is asked before waits for them.
 * @example
 * await using threads = validationThreads({ capacity: 4_096, state, onFault })
 * const validation = await threads.validate(extrinsic)
 */
export function validationThreads(init: ValidationThreadsInit): ValidationThreads {
  return new RunningThreads(init)
}

class RunningThreads implements ValidationThreads {
  readonly #capacity: number
  readonly #state: ValidatedState
  readonly #onFault: ValidationThreadsInit['onFault']
  readonly #threads = new Set<Thread>()
  #waiting: Question[] = []
  #size = 0
  #batches = 0
  #flushes = false
  readonly #restarts = new Set<NodeJS.Timeout>()
  readonly #watch: NodeJS.Timeout
  #ended: Promise<void> | undefined

  constructor({ threads, capacity, state, stallMs = STALL_MS, onFault }: ValidationThreadsInit) {
    this.#capacity = capacity
    this.#state = state
    this.#onFault = onFault
    const count = threads ?? Math.min(MOST_THREADS, Math.max(1, availableParallelism() - 1))
    for (let i = 0; i < count; i++) this.#start()
    this.#watch = setInterval(() => this.#endStalled(), stallMs / LOOKS).unref()
  }

  get size(): number {
    return this.#size
  }

  validate(extrinsic: Uint8Array): Promise<Validation | undefined | 'busy'> {
    return this.#ask<Validation | undefined>((answer) => ({ type: 'extrinsics', extrinsic, answer, attempts: 0 }))
  }

  check(check: SignatureCheck): Promise<Verdict> {
    return this.#ask<Verdict>((answer) => ({ type: 'signatures', check, answer, attempts: 0 }))
  }

  noteBlock(changes: readonly Change[], isUpgrade: boolean): void {
    if (isUpgrade) for (const { worker } of this.#threads) post(worker, { type: 'runtime', code: this.#state.code() })
    const named = changes.map((change) => [byteText(change[0]), change] as const)
    for (const { worker, told } of this.#threads) {
      this.#tellHead(
        worker,
        named.flatMap(([text, change]) => (told.has(text) ? change : [])),
      )
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#ended ??= this.#end()
    return this.#ended
  }

  #ask<T>(question: (answer: Answer<T>) => Question): Promise<T | 'busy'> {
    if (this.#ended !== undefined || this.#size >= this.#capacity) return Promise.resolve('busy')
    this.#size++
    return new Promise((resolve) => {
      this.#waiting.push(
        question((answer) => {
          this.#size--
          resolve(answer)
        }),
      )
      if (this.#flushes) return
      this.#flushes = true
      setImmediate(() => {
        this.#flushes = false
        this.#flush()
      })
    })
  }

  #flush(): void {
    if (this.#ended !== undefined) return
    let sent = 0
    // Rounds, so that each thread gets a message before any gets its second.
    for (let round = 0; round < BATCHES_OF_THREAD; round++) {
      for (const thread of this.#threads) {
        const { worker, batches } = thread
        if (batches.size > round || sent === this.#waiting.length) continue
        if (batches.size === 0) thread.silentFor = 0
        else if ([this.#waiting[sent], ...heads(batches)].some(isSuspect)) continue
        const questions = this.#batchAt(sent)
        sent += questions.length
        const batch = ++this.#batches
        batches.set(batch, questions)
        post(worker, messageOf(batch, questions))
      }
    }
    this.#waiting = this.#waiting.slice(sent)
  }

  /** Questions of one kind. What was with a thread that ended is alone with the next, so that it becomes known who ends them. */
  #batchAt(start: number): Question[] {
    const batch: Question[] = []
    let bytes = 0
    for (const question of this.#waiting.slice(start, start + BATCH_QUESTIONS)) {
      bytes += question.type === 'extrinsics' ? question.extrinsic.length : 0
      const [first] = batch
      if (first !== undefined && (isSuspect(question) || question.type !== first.type || bytes > BATCH_BYTES)) break
      batch.push(question)
      if (isSuspect(question)) break
    }
    return batch
  }

  #start(): void {
    // Flags of this process (its tests', its debugger's) are not the thread's.
    const worker = new Worker(new URL('./thread/main.ts', import.meta.url), {
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    const thread: Thread = { worker, batches: new Map(), told: new Set(), silentFor: 0, cause: undefined }
    this.#threads.add(thread)
    post(worker, { type: 'runtime', code: this.#state.code() })
    this.#tellHead(worker, [])
    let answered = false
    worker.on('message', (message: FromThread) => {
      answered = true
      thread.silentFor = 0
      this.#heard(thread, message)
    })
    worker.on('error', (error) => {
      thread.cause = error
    })
    worker.on('exit', (code) => {
      this.#threads.delete(thread)
      if (this.#ended !== undefined) return
      this.#onFault('validation thread', thread.cause ?? new Error(`exit code ${code}`))
      if (answered) this.#start()
      else this.#startLater()
      this.#askAgain([...thread.batches.values()])
    })
  }

  #tellHead(worker: Worker, changes: readonly (Uint8Array | undefined)[]): void {
    post(worker, { type: 'head', ...this.#state.head(), changes: packList(changes) })
  }

  #heard({ worker, batches, told }: Thread, message: FromThread): void {
    if (this.#ended !== undefined) return
    if (message.type === 'forgotten') {
      for (const key of unpackList(message.keys)) told.delete(byteText(key as Uint8Array))
      return
    }
    if (message.type === 'wanted') return this.#tellValues({ worker, told }, unpackList(message.keys) as Uint8Array[])
    const questions = batches.get(message.batch) ?? []
    batches.delete(message.batch)
    if (message.type === 'signatures') {
      for (const [i, question] of questions.entries()) {
        if (question.type === 'signatures') question.answer(message.held[i] === 1 ? 'holds' : 'forged')
      }
    } else {
      const validations = validationsOf(message)
      for (const [i, question] of questions.entries()) {
        if (question.type === 'extrinsics') question.answer(validations[i])
      }
    }
    this.#flush()
  }

  #tellValues({ worker, told }: Pick<Thread, 'worker' | 'told'>, keys: readonly Uint8Array[]): void {
    const entries: (Uint8Array | undefined)[] = []
    const unreadable: Uint8Array[] = []
    for (const key of keys) {
      try {
        entries.push(key, this.#state.get(key))
        told.add(byteText(key))
      } catch {
        unreadable.push(key)
      }
    }
    if (entries.length > 0) post(worker, { type: 'values', entries: packList(entries) })
    if (unreadable.length > 0) post(worker, { type: 'unreadable', keys: packList(unreadable) })
  }

  /** A runtime that does not come back must not keep what was asked for ever. */
  #endStalled(): void {
    for (const thread of this.#threads) {
      if (thread.batches.size === 0 || ++thread.silentFor <= LOOKS) continue
      thread.cause ??= new Error('it did not answer')
      void thread.worker.terminate()
    }
  }

  #startLater(): void {
    const restart = setTimeout(() => {
      this.#restarts.delete(restart)
      this.#start()
      this.#flush()
    }, RESTART_MS)
    this.#restarts.add(restart)
  }

  /** Any of them may have ended the thread: which of its batches it was at is not known. */
  #askAgain(batches: readonly (readonly Question[])[]): void {
    const again: Question[] = []
    for (const question of batches.flat()) {
      question.attempts++
      if (question.attempts < ATTEMPTS) again.push(question)
      else question.answer('busy')
    }
    this.#waiting = [...again, ...this.#waiting]
    this.#flush()
  }

  async #end(): Promise<void> {
    const threads = [...this.#threads]
    const open = [...threads.flatMap(({ batches }) => [...batches.values()].flat()), ...this.#waiting]
    this.#waiting = []
    for (const restart of this.#restarts) clearTimeout(restart)
    clearInterval(this.#watch)
    // `ended` is set once this first part has run: nobody asks in between, as it does not wait.
    for (const { answer } of open) answer('busy')
    await Promise.all(threads.map(({ worker }) => worker.terminate()))
  }
}

function heads(batches: ReadonlyMap<number, readonly Question[]>): (Question | undefined)[] {
  return [...batches.values()].map(([first]) => first)
}

/** A thread ended while it had this one. */
function isSuspect(question: Question | undefined): boolean {
  return question !== undefined && question.attempts > 0
}

function messageOf(batch: number, questions: readonly Question[]): ToThread {
  const checks = questions.flatMap((question) => (question.type === 'signatures' ? question.check : []))
  if (checks.length > 0) return { type: 'signatures', batch, packed: packChecks(checks) }
  const extrinsics = questions.map((question) => (question.type === 'extrinsics' ? question.extrinsic : undefined))
  return { type: 'extrinsics', batch, packed: packList(extrinsics) }
}

function validationsOf(message: Extract<FromThread, { type: 'extrinsics' }>): (Validation | undefined)[] {
  let named = 0
  return unpackList(message.validities).map((packed) => {
    if (packed === undefined) return undefined
    const height = new DataView(packed.buffer, packed.byteOffset).getUint32(0, true)
    const held = message.held.slice(named, named + (packed[4] as number))
    named += held.length
    return { height, validity: TransactionValidity.decode(packed.subarray(5)), held }
  })
}

function post(worker: Worker, message: ToThread): void {
  worker.postMessage(message)
}
