/**
 * Answers requests for contract keys: each is decided by this gatekeeper's own light client, logged and counted. The answer
 * goes straight to the worker, and over the chain where that fails (docs/adr/0029).
 */
import { equalBytes, toHex } from '@pha/core/codec'
import type { KeyRequest, SignedRelease, TopicMessage } from '@pha/core/protocol'
import { type Group, gatekeepers } from '@pha/runtime/pallets'
import { codeOf } from '../log.ts'
import type { EnclaveParts } from '../service/enclave-service.ts'
import type { ProvenView } from '../sync/proven-view.ts'
import { FirstRequests } from './first-requests.ts'
import { mayRelease } from './may-release.ts'
import { type ReleaseArithmetic, releaseTo } from './release.ts'
import type { ReleaseCounts } from './release-counts.ts'
import type { ShareVault } from './share-vault.ts'

/** Tries for a release that the host cannot submit; then the worker asks again. */
const MAX_TRIES = 3

export interface KeyReleasesComponents {
  readonly vault: ShareVault
  readonly counts: ReleaseCounts
  readonly arithmetic?: ReleaseArithmetic
}

export class KeyReleases {
  readonly #parts: EnclaveParts
  readonly #vault: ShareVault
  readonly #counts: ReleaseCounts
  readonly #arithmetic: ReleaseArithmetic
  readonly #requests = new FirstRequests()

  constructor(parts: EnclaveParts, { vault, counts, arithmetic = {} }: KeyReleasesComponents) {
    this.#parts = parts
    this.#vault = vault
    this.#counts = counts
    this.#arithmetic = arithmetic
  }

  /**
   * Settles when the request needs no answer any more; never rejects.
   * @param groups in office at the view: of the newest root, and of the one before while contracts have keys of it
   */
  async answer(
    view: ProvenView,
    groups: readonly Group[],
    sender: TopicMessage['sender'],
    request: KeyRequest,
  ): Promise<void> {
    const { log } = this.#parts
    const { contract, worker, root, epoch } = request
    const fields = { contract: toHex(contract), worker: toHex(worker), root, epoch, block: view.block.number }
    try {
      const outcome = await this.#answer(view, groups, sender, request)
      this.#counts.count(outcome)
      if (outcome === 'delivered' || outcome === 'released') log.info('key released', { ...fields, outcome })
      else log.warn('key refused', { ...fields, code: outcome })
    } catch (error) {
      this.#counts.count('release.failed')
      log.warn('key could not be released', { ...fields, code: codeOf(error) })
    }
  }

  async #answer(
    view: ProvenView,
    groups: readonly Group[],
    sender: TopicMessage['sender'],
    request: KeyRequest,
  ): Promise<string> {
    if (sender.type !== 'Worker' || !equalBytes(sender.value, request.worker)) return 'release.wrong-sender'
    const group = groups.find(({ root }) => root === request.root)
    if (group === undefined) return 'release.unknown-root'
    const found = this.#vault.find(group)
    if (!found.ok) return found.reason
    const decision = await mayRelease(view, request)
    if (!decision.ok) return decision.reason
    const signed = releaseTo(this.#parts, found.held, request, this.#arithmetic)
    const isDelivered = this.#requests.isFirst(signed.release) && (await this.#deliver(signed))
    if (isDelivered) return 'delivered'
    await this.#submit(signed)
    return 'released'
  }

  /** Whether the worker has it, as far as the host tells: one that lies could as well keep what it is to submit. */
  async #deliver(signed: SignedRelease): Promise<boolean> {
    const { host, log } = this.#parts
    try {
      await host.deliver(signed)
      return true
    } catch (error) {
      const { worker, contract } = signed.release
      const fields = { contract: toHex(contract), worker: toHex(worker), code: codeOf(error) }
      log.info('a worker was not reached, releasing on chain', fields)
      return false
    }
  }

  async #submit(signed: SignedRelease): Promise<void> {
    const call = gatekeepers.calls.releaseKey.encode(signed)
    for (let tries = 1; ; tries++) {
      try {
        return await this.#parts.host.submit(call)
      } catch (error) {
        if (tries === MAX_TRIES) throw error
      }
    }
  }
}
