/** The error of a caller who breaks the trie's promises; hostile bytes give results, never this. */

export type TrieErrorCode = 'trie.key-too-long' | 'trie.value-too-long' | 'trie.number-too-large'

export class TrieError extends Error {
  readonly code: TrieErrorCode

  constructor(code: TrieErrorCode, message: string) {
    super(message)
    this.name = 'TrieError'
    this.code = code
  }
}
