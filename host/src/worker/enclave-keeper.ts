/** Keeps one enclave running: starts it, shows it the newest finalised header, starts it again when it dies. */
import type { EnclaveRequest, EnclaveStatus, FinalisedHeader, HostRequest } from '@pha/core/protocol'
import type { Logger } from 'pino'
import { Backoff } from './backoff.ts'
import type { Genesis } from './chain-reader.ts'
import type { EnclaveChannel } from './enclave-channel.ts'
import { type EnclaveProcess, startEnclaveProcess } from './enclave-process.ts'
import { workerLimits } from './limits.ts'
import { codeOf, WorkerError } from './worker-error.ts'

export interface EnclaveKeeperInit {
  /** Program and arguments. */
  readonly command: readonly string[]
  readonly operator: Uint8Array
  readonly kind: EnclaveStatus['kind']['type']
}

export interface EnclaveKeeperComponents {
  /** Enclaves are started before it is known: they take their time. */
  readonly genesis: Promise<Genesis>
  readonly serve: (request: EnclaveRequest) => Promise<Uint8Array>
  readonly log: Logger
  /** Told at each start, and after each header. */
  readonly onStatus: (status: EnclaveStatus) => void
}

/**
 * @example
 * await using keeper = new EnclaveKeeper({ command, operator, kind: 'Worker' }, { genesis, serve, log, onStatus })
 * keeper.show(finalised)
 * const reply = await keeper.request({ type: 'Reply', value: { contract, sequence } })
 */
export class EnclaveKeeper implements AsyncDisposable {
  readonly #init: EnclaveKeeperInit
  readonly #components: EnclaveKeeperComponents
  readonly #stop = new AbortController()
  readonly #run: Promise<void>
  #process: EnclaveProcess | undefined
  /** The channel of an enclave that has answered `Start`. */
  #started: EnclaveChannel | undefined
  #starts = 0
  #newest: FinalisedHeader | undefined
  #newHeader = Promise.withResolvers<void>()

  constructor(init: EnclaveKeeperInit, components: EnclaveKeeperComponents) {
    this.#init = init
    this.#components = components
    this.#run = this.#keep()
  }

  /** Process id of the running enclave. */
  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** How often an enclave was started. */
  get starts(): number {
    return this.#starts
  }

  /** Offers a newer header. The enclave gets the newest one when it is done with the one before. */
  show(header: FinalisedHeader): void {
    this.#newest = header
    this.#newHeader.resolve()
  }

  /** @throws WorkerError as `EnclaveChannel.request` does; `worker.enclave-unavailable` before it has started */
  request<R extends HostRequest>(request: R): ReturnType<typeof EnclaveChannel.prototype.request<R>> {
    if (this.#started !== undefined) return this.#started.request(request)
    return Promise.reject(new WorkerError('worker.enclave-unavailable', { fix: 'try again in some seconds' }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#newHeader.resolve()
    await this.#process?.[Symbol.asyncDispose]()
    await this.#run
  }

  async #keep(): Promise<void> {
    const { log } = this.#components
    const backoff = new Backoff(workerLimits.restartMs, workerLimits.longestRestartMs)
    while (!this.#stop.signal.aborted) {
      const began = Date.now()
      const reason = await this.#live()
      if (this.#stop.signal.aborted) return
      if (Date.now() - began > workerLimits.healthyMs) backoff.reset()
      log.error({ reason, starts: this.#starts }, 'enclave ended, starting it again')
      await backoff.wait(this.#stop.signal)
    }
  }

  /** One life, from start to end. */
  async #live(): Promise<string> {
    const { serve, log } = this.#components
    this.#starts += 1
    await using enclave = startEnclaveProcess({ command: this.#init.command, serve, log })
    this.#process = enclave
    log.info({ enclavePid: enclave.pid }, 'enclave process started')
    try {
      await this.#start(enclave.channel)
      this.#started = enclave.channel
      const feeding = new AbortController()
      const fed = this.#feed(enclave.channel, feeding.signal)
      const reason = await enclave.ended
      feeding.abort()
      this.#newHeader.resolve()
      await fed
      return reason
    } catch (error) {
      const code = codeOf(error)
      if (code === 'worker.enclave-unavailable') return await enclave.ended
      log.error({ code }, 'enclave did not start')
      return code
    } finally {
      this.#started = undefined
      this.#process = undefined
    }
  }

  async #start(channel: EnclaveChannel): Promise<void> {
    const { onStatus } = this.#components
    const { operator, kind } = this.#init
    const genesis = await Promise.race([this.#components.genesis, channel.broken])
    if (typeof genesis === 'string') throw new WorkerError('worker.enclave-unavailable')
    const value = { operator, genesisHeader: genesis.header, genesisProof: genesis.proof }
    const status = await channel.request({ type: 'Start', value })
    if (status.kind.type !== kind) {
      throw new WorkerError('worker.wrong-kind', { detail: `${status.kind.type} bundle`, fix: 'give the right --role' })
    }
    onStatus(status)
  }

  async #feed(channel: EnclaveChannel, signal: AbortSignal): Promise<void> {
    const { log, onStatus } = this.#components
    let shown: FinalisedHeader | undefined
    while (!signal.aborted) {
      const newest = this.#newest
      if (newest === undefined || newest === shown) {
        await this.#newHeader.promise
        this.#newHeader = Promise.withResolvers()
        continue
      }
      shown = newest
      try {
        await channel.request({ type: 'Finalised', value: newest }, workerLimits.finalisedTimeoutMs)
        onStatus(await channel.request({ type: 'Status' }))
      } catch (error) {
        if (signal.aborted) return
        log.warn({ code: codeOf(error), block: newest.header.number }, 'enclave did not accept a header')
      }
    }
  }
}
