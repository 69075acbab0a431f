/**
 * Signature checks on threads of their own, so that the thread that makes blocks and answers clients does not wait for
 * elliptic curves. What is asked within one turn of the event loop travels together.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { packChecks, type SignatureCheck } from './signature-check.ts'

export interface SignatureThreadsInit {
  /** By default one core stays with the event loop; one thread there is always. */
  readonly threads?: number
  /** Checks that may wait or be in work before more are refused. */
  readonly capacity: number
  /** Told why a thread ended; another one takes its place and its work. */
  readonly onFault: (where: string, cause: unknown) => void
}

/** `busy`: too many wait already, or threads end over this very check, or there are none any more. */
export type Verdict = 'holds' | 'forged' | 'busy'

export interface SignatureThreads extends AsyncDisposable {
  /** Whether the signature holds. Answers come in the order of the questions, but for threads that end. */
  check(check: SignatureCheck): Promise<Verdict>
  /** Checks that wait or are in work. */
  readonly size: number
}

/** Checks of one message: some 10 ms of work, beside which the message costs nothing. */
const BATCH_CHECKS = 64
/** Messages that a thread has at once: it finds the next when it ends the first. */
const BATCHES_OF_THREAD = 2
/** A check that was in work while this many threads ended is refused, lest it ends them all. */
const ATTEMPTS = 3
/** Wait before the successor of a thread that ended before its first answer: it may be that none can start now. */
const RESTART_MS = 1_000

interface Question {
  readonly check: SignatureCheck
  readonly answer: (verdict: Verdict) => void
  attempts: number
}

interface Thread {
  readonly worker: Worker
  /** In the order in which the thread answers them. */
  readonly batches: Question[][]
}

/**
 * Starts the threads. They are at work some 100 ms later; what is asked before waits for them.
 * @example
 * await using threads = signatureThreads({ capacity: 4_096, onFault })
 * const verdict = await threads.check({ scheme: 'Sr25519', signature, message, account })
 */
export function signatureThreads(init: SignatureThreadsInit): SignatureThreads {
  return new RunningThreads(init)
}

class RunningThreads implements SignatureThreads {
  readonly #capacity: number
  readonly #onFault: SignatureThreadsInit['onFault']
  readonly #threads = new Set<Thread>()
  #waiting: Question[] = []
  #size = 0
  #flushes = false
  readonly #restarts = new Set<NodeJS.Timeout>()
  #ended: Promise<void> | undefined

  constructor({ threads = Math.max(1, availableParallelism() - 1), capacity, onFault }: SignatureThreadsInit) {
    this.#capacity = capacity
    this.#onFault = onFault
    for (let i = 0; i < threads; i++) this.#start()
  }

  get size(): number {
    return this.#size
  }

  check(check: SignatureCheck): Promise<Verdict> {
    if (this.#ended !== undefined || this.#size >= this.#capacity) return Promise.resolve('busy')
    this.#size++
    return new Promise((resolve) => {
      const answer = (verdict: Verdict): void => {
        this.#size--
        resolve(verdict)
      }
      this.#waiting.push({ check, answer, attempts: 0 })
      if (this.#flushes) return
      this.#flushes = true
      setImmediate(() => {
        this.#flushes = false
        this.#flush()
      })
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#ended ??= this.#end()
    return this.#ended
  }

  #flush(): void {
    if (this.#ended !== undefined) return
    let sent = 0
    // Rounds, so that each thread gets a message before any gets its second.
    for (let round = 0; round < BATCHES_OF_THREAD; round++) {
      for (const { worker, batches } of this.#threads) {
        if (batches.length > round || sent === this.#waiting.length) continue
        const batch = this.#batchAt(sent)
        sent += batch.length
        batches.push(batch)
        const packed = packChecks(batch.map(({ check }) => check))
        worker.postMessage(packed, [packed.buffer])
      }
    }
    this.#waiting = this.#waiting.slice(sent)
  }

  /** Who was there when a thread ended travels alone, so that it becomes known who ends threads. */
  #batchAt(start: number): Question[] {
    if ((this.#waiting[start]?.attempts ?? 0) > 0) return this.#waiting.slice(start, start + 1)
    const batch: Question[] = []
    for (const question of this.#waiting.slice(start, start + BATCH_CHECKS)) {
      if (question.attempts > 0) break
      batch.push(question)
    }
    return batch
  }

  #start(): void {
    // Flags of this process (its tests', its debugger's) are not the thread's.
    const worker = new Worker(new URL('./thread/main.ts', import.meta.url), { execArgv: [] })
    const thread: Thread = { worker, batches: [] }
    this.#threads.add(thread)
    let answered = false
    let cause: unknown
    worker.on('message', (held: Uint8Array) => {
      answered = true
      const batch = thread.batches.shift() ?? []
      for (const [i, { answer }] of batch.entries()) answer(held[i] === 1 ? 'holds' : 'forged')
      this.#flush()
    })
    worker.on('error', (error) => {
      cause = error
    })
    worker.on('exit', (code) => {
      this.#threads.delete(thread)
      if (this.#ended !== undefined) return
      this.#onFault('signature thread', cause ?? new Error(`exit code ${code}`))
      if (answered) this.#start()
      else this.#startLater()
      this.#askAgain(thread.batches)
    })
  }

  #startLater(): void {
    const restart = setTimeout(() => {
      this.#restarts.delete(restart)
      this.#start()
      this.#flush()
    }, RESTART_MS)
    this.#restarts.add(restart)
  }

  /** The first batch was in work when its thread ended, the others were not begun. */
  #askAgain([begun = [], ...others]: readonly Question[][]): void {
    const again: Question[] = []
    for (const question of begun) {
      question.attempts++
      if (question.attempts < ATTEMPTS) again.push(question)
      else question.answer('busy')
    }
    this.#waiting = [...again, ...others.flat(), ...this.#waiting]
    this.#flush()
  }

  async #end(): Promise<void> {
    const threads = [...this.#threads]
    const open = [...threads.flatMap(({ batches }) => batches.flat()), ...this.#waiting]
    this.#waiting = []
    for (const restart of this.#restarts) clearTimeout(restart)
    // `ended` is set once this first part has run: nobody asks in between, as it does not wait.
    for (const { answer } of open) answer('busy')
    await Promise.all(threads.map(({ worker }) => worker.terminate()))
  }
}
