/** What strangers may send to a node's RPC: texts that are no request, and requests that are not meant. */
import { toHex } from '@pha/core/codec'
import type { Random } from '../../campaigns/scale/random.ts'

/** Texts that parse as nothing, or as no request. */
export function brokenTexts(random: Random, count: number): readonly string[] {
  const request = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'chain_getBlockHash', params: [[1, 2], null] })
  const makers: readonly (() => string)[] = [
    () => Buffer.from(random.bytes(1 + random.below(400))).toString('latin1'),
    () => request.slice(0, random.below(request.length)),
    () => request.slice(0, random.below(request.length)) + request.slice(random.below(request.length)),
    () =>
      request.replace(/./g, (character) => (random.oneIn(20) ? random.pick(['"', '{', ']', '\\', '0']) : character)),
    () => JSON.stringify(junk(random)),
    () => JSON.stringify(Array.from({ length: random.below(20) }, () => junk(random))),
  ]
  return [...Array.from({ length: count }, () => random.pick(makers)()), ...EXTREMES]
}

const EXTREMES: readonly string[] = [
  '['.repeat(200_000),
  '{"a":'.repeat(200_000),
  `{"jsonrpc":"2.0","id":1,"method":"system_chain","params":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
  JSON.stringify(Array.from({ length: 100_000 }, () => 1)),
  JSON.stringify({ id: 'x'.repeat(1_000_000), method: 'system_chain' }),
  JSON.stringify({ id: 1, method: 'x'.repeat(1_000_000) }),
  '{"id":1e999,"method":"system_chain"}',
  '{"id":1,"method":"system_chain","__proto__":{"polluted":true},"params":[]}',
  '\ud800',
]

/** Every method with parameters that it does not take. */
export function wrongParams(methods: readonly string[], random: Random, each: number): readonly string[] {
  return methods.flatMap((method) =>
    Array.from({ length: each }, (_, i) => {
      const params = i === 0 ? junk(random) : Array.from({ length: random.below(5) }, () => junk(random))
      return JSON.stringify({ jsonrpc: '2.0', id: 7, method, params })
    }),
  )
}

/** A value that somebody might send where something else is expected. */
export function junk(random: Random): unknown {
  const makers: readonly (() => unknown)[] = [
    () => null,
    () => random.oneIn(2),
    () => random.below(2 ** 32),
    () => -random.below(2 ** 32) / 7,
    () => 2 ** 53,
    () => '',
    () => toHex(random.bytes(random.below(80))),
    () => toHex(random.bytes(32)),
    () => `0x${'zz'.repeat(random.below(40))}`,
    () => random.pick(['latest', '0x', '1', '-1', '__proto__', 'constructor', '18446744073709551616', '5GrwvaEF']),
    () => Array.from({ length: random.below(4) }, () => junk(random)),
    () => ({ [random.pick(['hash', '__proto__', 'length', 'toString'])]: junk(random) }),
  ]
  return random.pick(makers)()
}
