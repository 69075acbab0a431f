/** State roots as polkadot-sdk computes them: its trie code, compiled to WebAssembly by Chopsticks. */
import { calculate_state_root } from '@acala-network/chopsticks-executor'
import { type Hex, toHex } from '@pha/core/codec'

/**
 * The root of a state, computed without any code of ours.
 * @example
 * equal(await substrateRoot(trie.entries(), 1), toHex(trie.root()))
 */
export async function substrateRoot(
  entries: Iterable<readonly [key: Uint8Array, value: Uint8Array]>,
  version: 0 | 1,
): Promise<Hex> {
  const pairs = [...entries].map(([key, value]) => [toHex(key), toHex(value)])
  return (await calculate_state_root(pairs, version)) as Hex
}
