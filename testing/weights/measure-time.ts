/** How long a call takes on this machine: CPU time of applying its extrinsic, less that of applying an empty one. */
import type { Keypair } from '@pha/core/crypto'
import { runtime } from '@pha/runtime/chain'
import { encodeExtrinsic, system } from '@pha/runtime/pallets'
import type { TestChain } from '@pha/runtime/testkit'
import { markedExtrinsic } from '../campaigns/extrinsics/make-extrinsic.ts'
import { TrustingHost } from '../campaigns/extrinsics/trusting-host.ts'
import { openBlock } from './count-accesses.ts'
import { alice, type Prepared } from './scenario.ts'

export interface TimeOptions {
  /** CPU time that is spent on each of six rounds, of which the second fastest counts. */
  readonly roundMs: number
}

const ROUNDS = 6
/** What the slower ones took more is other work on the machine, which cools the caches. */
const COUNTED = 1

/**
 * Picoseconds of a call, without what every extrinsic costs. Signatures of enclaves are checked; that of the sender is
 * not, since the weight of a bare extrinsic pays for it.
 */
export function timeOf({ chain, sender, call }: Prepared, options: TimeOptions): number {
  const host = new TrustingHost(chain.host.trie)
  openBlock(chain, host, sender !== undefined)
  const state = host.trie
  if (sender === undefined) return timed(state, encodeExtrinsic({ signed: undefined, call }), options)
  const whole = timed(state, markedExtrinsic(chain, sender, call), options)
  return Math.max(0, whole - timed(state, bareExtrinsic(chain, sender), options))
}

/** Runs the common path until it is compiled: else the first calls seem dear and the later ones free. */
export function warmUp(chain: TestChain): void {
  const host = new TrustingHost(chain.host.trie)
  openBlock(chain, host, true)
  timed(host.trie, bareExtrinsic(chain, alice), { roundMs: 1_000 })
}

/** Picoseconds of an extrinsic without effect, its signature included. */
export function timeOfExtrinsic(chain: TestChain, options: TimeOptions): number {
  const host = new TrustingHost(chain.host.trie)
  openBlock(chain, host, true)
  return timed(host.trie, chain.sign(alice, system.calls.remark.encode({ remark: new Uint8Array() })), options)
}

function bareExtrinsic(chain: TestChain, sender: Keypair): Uint8Array {
  return markedExtrinsic(chain, sender, system.calls.remark.encode({ remark: new Uint8Array() }))
}

function timed(state: TrustingHost['trie'], extrinsic: Uint8Array, options: TimeOptions): number {
  return fastTime(options, () => new TrustingHost(state).call(runtime, 'BlockBuilder_apply_extrinsic', extrinsic))
}

/** Of some rounds the second fastest, each the mean over repetitions; in picoseconds. */
function fastTime({ roundMs }: TimeOptions, work: () => void): number {
  const repetitions = Math.max(3, Math.ceil(roundMs / wallMsOf(work)))
  const rounds = Array.from({ length: ROUNDS }, () => cpuOf(repetitions, work)).sort((one, other) => one - other)
  return rounds[COUNTED] ?? 0
}

/** Of one run, after enough of them to be compiled. */
function wallMsOf(work: () => void): number {
  const begun = performance.now()
  let runs = 0
  let last = 0
  while (runs < 3 || performance.now() - begun < 60) {
    const before = performance.now()
    work()
    last = performance.now() - before
    runs++
  }
  return Math.max(0.005, last)
}

function cpuOf(repetitions: number, work: () => void): number {
  const before = process.cpuUsage()
  for (let i = 0; i < repetitions; i++) work()
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1e6) / repetitions
}
