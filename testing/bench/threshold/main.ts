/**
 * What a key ceremony costs, for 3 of 5, 7 of 10 and 14 of 20: milliseconds of processor time of each part, beside rounds 2
 * and 3 of noble's FROST key generation in the same run, which check and add up the same. One JSON line a figure:
 * `node testing/bench/threshold/main.ts [--rounds 5]`.
 */
import { getRandomValues } from 'node:crypto'
import { parseArgs } from 'node:util'
import { ristretto255_FROST } from '@noble/curves/ed25519.js'
import { equalBytes } from '@pha/core/codec'
import type { RandomBytes, Secret } from '@pha/core/crypto'
import {
  checkDealing,
  checkShare,
  combineInPublic,
  deal,
  evaluatePartial,
  interpolateCommitments,
  interpolateShares,
  publicShareOf,
  publicSharesOf,
  shareFor,
  sumCommitments,
  sumShares,
  verifyPartial,
} from '@pha/core/threshold'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })
const rounds = Number(values.rounds)
/** Noble's proof knows no context; with it, both make and check the same. */
const context = new Uint8Array(0)
const random: RandomBytes = (length) => getRandomValues(new Uint8Array(length))
const { DKG, Identifier } = ristretto255_FROST

type Tell = (figure: object) => void

// Unheard: compiles the code, which would else be paid by what is measured first.
measure(3, 5, () => undefined)
for (const [threshold, members] of [
  [3, 5],
  [7, 10],
  [14, 20],
] as const) {
  measure(threshold, members, (figure) => console.log(JSON.stringify(figure)))
}

function measure(threshold: number, members: number, tell: Tell): void {
  const indexes = Array.from({ length: members }, (_, i) => i + 1)
  const dealt = indexes.map((index) => ({ index, ...deal({ threshold, dealer: index, context, random }) }))
  const dealings = dealt.map(({ commitments }) => commitments)
  const toFirst = dealt.map(({ index, polynomial }) => ({ index, share: shareFor(polynomial, 1) }))
  const whole = sumCommitments(dealings)
  if (!whole.ok) throw new Error(whole.reason)
  const share = sumShares(toFirst.map(({ share }) => share))
  const publicShare = publicShareOf(share)
  const input = random(100)
  const partial = evaluatePartial(share, publicShare, input, random)
  const partials = indexes.slice(0, threshold).map((index) => ({ index, evaluated: partial.evaluated }))
  // The widest apart: what remains of a group after its first members failed.
  const dealers = dealt.slice(members - threshold)
  const sharesOfDealers = toFirst.slice(members - threshold)

  const report = (name: string, work: () => unknown, baseline = {}): void => {
    tell({ name, threshold, members, value: processorMs(work), unit: 'ms of processor time', ...baseline })
  }
  report('deal to all', () => {
    const { polynomial } = deal({ threshold, dealer: 1, context, random })
    return indexes.map((index) => shareFor(polynomial, index))
  })
  report('check one dealing (chain)', () =>
    dealt.slice(0, 1).every(({ index, commitments, proof }) => check(threshold, index, commitments, proof)),
  )
  report('check the shares of all dealers (a receiver)', () => checkShares(dealings, toFirst))
  report('add up commitments, new root (chain)', () => sumCommitments(dealings))
  report('interpolate commitments, resharing by t dealers (chain)', () => interpolateCommitments(dealers))
  report('interpolate the share, resharing (a receiver)', () => interpolateShares(sharesOfDealers))
  report('public shares of all (chain)', () => publicSharesOf(whole.commitments, indexes))
  report('verify one partial of the beacon (chain)', () => verifyPartial(publicShare, input, partial))
  report('combine t partials of the beacon (chain)', () => combineInPublic(input, partials, threshold))

  const noble = nobleRounds(threshold, members)
  report(
    'one member of a key generation: check all dealings and shares, add up, public shares of all',
    () => {
      const good = dealt.slice(1).every(({ index, commitments, proof }) => check(threshold, index, commitments, proof))
      if (!good || !checkShares(dealings, toFirst)) throw new Error('refused')
      const group = sumCommitments(dealings)
      if (!group.ok) throw new Error(group.reason)
      const shares = publicSharesOf(group.commitments, indexes)
      const own = publicShareOf(sumShares(toFirst.map(({ share }) => share)))
      if (!shares.ok || !equalBytes(shares.publicShares[0] ?? own.subarray(1), own)) throw new Error('another share')
    },
    { limit: "noble's DKG.round2 and round3 of one member", limitValue: noble },
  )
}

function check(threshold: number, dealer: number, commitments: readonly Uint8Array[], proof: Uint8Array): boolean {
  return checkDealing({ commitments, proof, threshold, dealer, context }).ok
}

function checkShares(
  dealings: readonly (readonly Uint8Array[])[],
  dealt: readonly { readonly share: Secret }[],
): boolean {
  return dealings.every((commitments, i) => {
    const { share } = dealt[i] as (typeof dealt)[0]
    return checkShare(commitments, 1, share).ok
  })
}

/** Its rounds change what they are given, so every run has a key generation of its own. */
function nobleRounds(threshold: number, members: number): number {
  const signers = { min: threshold, max: members }
  const runs = Array.from({ length: rounds + 1 }, () => {
    const [own, ...others] = Array.from({ length: members }, (_, i) =>
      DKG.round1(Identifier.fromNumber(i + 1), signers),
    )
    if (own === undefined) throw new Error('no members')
    const published = others.map((other) => other.public)
    const dealt = others.map((other) => {
      const rest = [own, ...others].filter((each) => each !== other).map((each) => each.public)
      const share = DKG.round2(other.secret, rest)[own.public.identifier]
      if (share === undefined) throw new Error('no share')
      return share
    })
    return { own, published, dealt }
  })
  let next = 0
  return processorMs(() => {
    const { own, published, dealt } = runs[next++] as (typeof runs)[0]
    DKG.round2(own.secret, published)
    DKG.round3(own.secret, published, dealt)
  })
}

/** The least of all rounds, since what disturbs only adds; the first is not counted. */
function processorMs(work: () => unknown): number {
  work()
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < rounds; i++) {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1_000)
  }
  return Math.round(least * 100) / 100
}
