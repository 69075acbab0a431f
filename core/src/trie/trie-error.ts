/** The error of a caller who breaks the trie's promises; hostile bytes give results, never this. */
import { CodedError } from '@pha/core/codec'

export type TrieErrorCode = 'trie.key-too-long' | 'trie.value-too-long' | 'trie.number-too-large'

export class TrieError extends CodedError<TrieErrorCode> {
  protected static override readonly codeInMessage = false
  override readonly name = 'TrieError'
}
