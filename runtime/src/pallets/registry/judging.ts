/**
 * Judging enclaves again: after newer collateral or another policy, and when something that they were judged by is over.
 *
 * Those of one family, or all, are judged in turn, so many in a block, the first at once. Each keeps the standing that
 * it had until its turn.
 */
import { type Judgement, judgeFacts, type VerifyContext } from '@pha/core/attestation'
import { equalBytes } from '@pha/core/codec'
import { system } from '../system/schema.ts'
import { isInForce } from './admission.ts'
import { PlatformFamily } from './collateral-schema.ts'
import { type RegistryContext, secondsNow } from './context.ts'
import { familyOf } from './family.ts'
import type { HeldCollateral } from './held-collateral.ts'
import { platformJudging } from './platform-judging.ts'
import type { JudgedStanding, Sweep, Worker } from './schema.ts'
import type { Workers } from './workers.ts'

export type Judging = ReturnType<typeof judging>

/** What a level comes from, or why there is none any more. */
type Outcome =
  | { readonly ok: true; readonly level: number; readonly because: string }
  | { readonly ok: false; readonly reason: string }

const { read, write } = system.constants.dbWeight.value
/** Reading an enclave, its standing and its build, judging, writing both and the events; half of what was measured on top. */
const JUDGE_COST = 4n * read + 3n * write + 400_000_000n
const NEVER = 0xffff_ffff_ffff_ffffn

export function judging(context: RegistryContext, workers: Workers, held: HeldCollateral) {
  const { storage, events, deps, constants } = context

  /** Notes until when a judgement holds by itself; `undefined` for ever. */
  function noteDue(family: PlatformFamily, until: number | undefined): void {
    if (until === undefined) return
    const due = BigInt(until)
    const known = storage.dues.get(family)
    if (known === undefined || due < known) storage.dues.set(family, due)
    if (due < storage.nextDue.get()) storage.nextDue.set(due)
  }

  function judgeWith(rules: VerifyContext): (identity: Uint8Array) => void {
    const policy = storage.attestationPolicy.get()
    const block = deps.system.blockNumber()
    const platformNow = platformJudging(context, held, rules)

    function judge(worker: Worker, { standing }: JudgedStanding): Outcome {
      const build = storage.measurements.get(worker.measurement)
      if (build === undefined || !isInForce(build, block)) return { ok: false, reason: 'build-retired' }
      const family = familyOf(worker.tee, standing)
      const now = platformNow(family, standing)
      if (!now.ok) return now
      const { evaluationFloor, facts, certificatesUntil } = now
      const judged = { ...facts, debug: false, platform: worker.platform }
      // The age of evidence is a matter of registering; `expiresAt` bounds how long that lasts.
      const judgement: Judgement = judgeFacts(judged, policy, { now: rules.now, block, madeAt: block, evaluationFloor })
      if (judgement.ok) noteDue(family, earlier(judgement.until, certificatesUntil))
      return judgement
    }

    return function judgeAgain(identity) {
      const worker = storage.workers.get(identity)
      const judged = storage.standings.get(identity)
      if (worker === undefined || judged === undefined) return
      const outcome = judge(worker, judged)
      if (outcome.ok) accept(identity, worker, judged, outcome)
      else refuse(identity, worker, outcome.reason, block)
    }
  }

  function accept(
    identity: Uint8Array,
    worker: Worker,
    judged: JudgedStanding,
    { level, because }: { readonly level: number; readonly because: string },
  ): void {
    const isBack = worker.status.type === 'Refused'
    const change = { identity, from: worker.level, to: level, reason: because }
    if (because !== judged.because) storage.standings.set(identity, { ...judged, because })
    if (!isBack && level === worker.level) return
    const status = isBack ? ({ type: 'Active' } as const) : worker.status
    storage.workers.set(identity, { ...worker, level, status })
    if (isBack) events.WorkerRestored({ identity, level })
    if (level > worker.level) {
      events.WorkerDowngraded(change)
      workers.lower(identity)
    } else if (level < worker.level) events.WorkerUpgraded(change)
  }

  /** One that is suspended stays that: only newer evidence lifts it, and is judged then. */
  function refuse(identity: Uint8Array, worker: Worker, reason: string, block: number): void {
    const { status } = worker
    if (status.type === 'Suspended' || (status.type === 'Refused' && status.value.reason === reason)) return
    const since = status.type === 'Refused' ? status.value.since : block
    storage.workers.set(identity, { ...worker, status: { type: 'Refused', value: { since, reason } } })
    events.WorkerRefused({ identity, reason })
    workers.lower(identity)
  }

  /** Those whose turn comes yet. */
  function* remaining({ family, after }: Sweep): Generator<Uint8Array, void, undefined> {
    if (family === undefined) {
      yield* after === undefined ? storage.workers.keys() : storage.workers.keysAfter([after])
      return
    }
    const listed =
      after === undefined ? storage.families.keys(family) : storage.families.keysAfter([family, after], family)
    for (const [, identity] of listed) yield identity
  }

  /** Judges so many at most of those who wait for it. */
  function judgeNext(limit: number): number {
    const [first, ...others] = storage.sweeps.get()
    if (first === undefined) return 0
    const judgeAgain = judgeWith(held.verifyContext())
    let sweep: Sweep | undefined = first
    let left = limit
    while (sweep !== undefined && left > 0) {
      let next: Sweep | undefined
      for (const identity of remaining(sweep)) {
        if (left === 0) break
        left--
        judgeAgain(identity)
        next = { ...sweep, after: identity }
      }
      sweep = left === 0 ? next : others.shift()
    }
    storage.sweeps.set(sweep === undefined ? others : [sweep, ...others])
    return limit - left
  }

  /** Puts those of a family, or all, on the list of those to be judged. */
  function enlist(family: PlatformFamily | undefined): void {
    if (family !== undefined) {
      storage.dues.remove(family)
      const [anyone] = storage.families.keys(family)
      if (anyone === undefined) return
    }
    const others = storage.sweeps.get().filter((sweep) => !isSameFamily(sweep.family, family))
    storage.sweeps.set([...others, { family, after: undefined }])
  }

  function enlistDue(now: bigint): void {
    let next = NEVER
    for (const [family, due] of storage.dues.entries()) {
      if (due < now) enlist(family)
      else if (due < next) next = due
    }
    storage.nextDue.set(next)
  }

  return {
    noteDue,

    /** Judges those of a family, or all, again: the first of them now, the others in the next blocks. */
    judgeAll(family: PlatformFamily | undefined): void {
      enlist(family)
      judgeNext(constants.judgedAtOnce)
    },

    /** When a block begins: goes on with those who wait, and looks what is over. */
    onInitialize(block: number): void {
      const now = BigInt(secondsNow(context))
      if (storage.nextDue.get() < now) enlistDue(now)
      if (storage.nextRetirement.get() <= block) {
        enlist(undefined)
        storage.nextRetirement.set(nextRetirement(block))
      }
      const judged = judgeNext(constants.judgedAtOnce)
      if (judged > 0) deps.system.consumeInHook(BigInt(judged) * JUDGE_COST)
    },

    noteRetirement(block: number): void {
      storage.nextRetirement.mutate((next) => Math.min(next, block))
    },
  }

  function nextRetirement(after: number): number {
    let next = 0xffff_ffff
    for (const [, { retiredFrom }] of storage.measurements.entries()) {
      if (retiredFrom !== undefined && retiredFrom > after && retiredFrom < next) next = retiredFrom
    }
    return next
  }
}

function earlier(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right
  return Math.min(left, right)
}

function isSameFamily(left: PlatformFamily | undefined, right: PlatformFamily | undefined): boolean {
  if (left === undefined || right === undefined) return left === right
  return equalBytes(PlatformFamily.encode(left), PlatformFamily.encode(right))
}
