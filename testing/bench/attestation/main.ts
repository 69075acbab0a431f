/**
 * What verifying evidence costs, by kind and by who checks the signatures: OpenSSL in Node, JavaScript in Node, JavaScript
 * in the runtime's realm, and `@phala/dcap-qvl` beside them. One JSON line a figure; one machine, one run, by turns:
 * `node testing/bench/attestation/main.ts [--rounds 100] [--peer /elsewhere/@phala/dcap-qvl/src/index.js]`.
 */
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { pureSignatures, productionRoots as roots, type SignatureVerifier, verify } from '@pha/core/attestation'
import { nodeSignatures } from '@pha/core/attestation/node'
import { utf8Encode } from '@pha/core/codec'
import { buildRuntime, startRuntime } from '@pha/host/runtime'
import { MemoryHost } from '@pha/runtime/chain'
import { type BenchCase, benchCase, KINDS } from './cases.ts'
import { writeCase } from './given-case.ts'
import { loadPeer } from './peer.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '100' }, peer: { type: 'string', default: '@phala/dcap-qvl' } },
})
const rounds = Number(values.rounds)
const WARM_UP = 20

/** Throws unless the evidence is accepted: a refusal is quick and would look like a good figure. */
type Way = () => void

const realm = startRuntime(await buildRuntime({ entry: 'testing/bench/attestation/in-realm.ts' }))
const host = new MemoryHost()

const peer = await loadPeer(values.peer)
if (peer === undefined) console.error(`${values.peer} is not installed: measured without it`)

for (const kind of KINDS) measure(kind, waysOf(benchCase(kind)))

function waysOf(given: BenchCase): Readonly<Record<string, Way>> {
  const isDcap = given.collateral.type === 'Dcap'
  return {
    OpenSSL: by(given, nodeSignatures),
    JavaScript: by(given, pureSignatures),
    'JavaScript in the realm': inRealm(given),
    ...(isDcap && peer !== undefined && { '@phala/dcap-qvl': peer(given.folder, given.now) }),
  }
}

function by({ evidence, collateral, now }: BenchCase, signatures: SignatureVerifier): Way {
  return () => accepted(verify(evidence, collateral, { now, roots, signatures }).ok)
}

function inRealm(given: BenchCase): Way {
  const text = utf8Encode(writeCase(given))
  let isTaken = false
  return () => {
    // Once, in the warm-up: the realm holds one case at a time, and the ways of a kind have the same.
    if (!isTaken) realm.call(host, 'Bench_take', text)
    isTaken = true
    accepted(realm.call(host, 'Bench_verify', Uint8Array.of())[0] === 1)
  }
}

function accepted(holds: boolean): void {
  if (!holds) throw new Error('genuine evidence was refused')
}

/** By turns, so that a busy machine disturbs all ways alike. */
function measure(kind: string, ways: Readonly<Record<string, Way>>): void {
  const times = Object.entries(ways).map(([name, way]) => ({ name, way, ms: [] as number[], cpuUs: 0 }))
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const time of times) {
      const [start, before] = [performance.now(), process.threadCpuUsage()]
      time.way()
      if (round < 0) continue
      time.ms.push(performance.now() - start)
      const { user, system } = process.threadCpuUsage(before)
      time.cpuUs += user + system
    }
  }
  for (const { name, ms, cpuUs } of times) {
    const sorted = ms.sort((a, b) => a - b)
    const at = (share: number) => hundredths(sorted[Math.floor(share * (sorted.length - 1))] ?? 0)
    // The mean of processor time is what a busy machine leaves true; single rounds are shorter than the kernel's tick.
    const cpuMs = hundredths(cpuUs / 1_000 / rounds)
    const load = hundredths(loadavg()[0] ?? 0)
    console.log(JSON.stringify({ kind, signatures: name, medianMs: at(0.5), p99Ms: at(0.99), cpuMs, load }))
  }
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}
