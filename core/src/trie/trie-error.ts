/** The error of a caller who breaks the trie's promises; hostile bytes give results, never this. */
import { CodedError } from '@pha/core/codec'

export type TrieErrorCode =
  | 'trie.key-too-long'
  | 'trie.value-too-long'
  | 'trie.number-too-large'
  /** The store of this trie no longer has a node: the state was pruned, or the store is damaged. */
  | 'trie.node-missing'
  /** The store gave bytes that are no node. */
  | 'trie.node-damaged'

export class TrieError extends CodedError<TrieErrorCode> {
  protected static override readonly codeInMessage = false
  override readonly name = 'TrieError'
}
