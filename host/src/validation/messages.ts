/** What the node's thread and those that validate for it tell each other, in order. Lists are packed: byte-lists.ts. */

export type ToThread =
  /** The runtime in force from now on: the bytes under `:code`. */
  | { readonly type: 'runtime'; readonly code: Uint8Array }
  /** A block is final. `changes` of the keys that this thread was told of: key and value by turns. */
  | { readonly type: 'head'; readonly hash: Uint8Array; readonly number: number; readonly changes: Uint8Array }
  /** What the newest state has: key and value by turns. */
  | { readonly type: 'values'; readonly entries: Uint8Array }
  /** Keys that it asked for and that cannot be read: the database failed. */
  | { readonly type: 'unreadable'; readonly keys: Uint8Array }
  /** Extrinsics to validate, or signatures to check: signature-check.ts. */
  | { readonly type: 'extrinsics' | 'signatures'; readonly batch: number; readonly packed: Uint8Array }

export type FromThread =
  /** Keys of the state whose values it needs, and wants to be told of until it forgets them. */
  | { readonly type: 'wanted'; readonly keys: Uint8Array }
  | { readonly type: 'forgotten'; readonly keys: Uint8Array }
  /** One byte for each signature: whether it holds. */
  | { readonly type: 'signatures'; readonly batch: number; readonly held: Uint8Array }
  /**
   * For each extrinsic u32 LE height of the state, u8 number of its signatures in `held`, TransactionValidity; `undefined`
   * if this thread cannot say.
   */
  | {
      readonly type: 'extrinsics'
      readonly batch: number
      readonly validities: Uint8Array
      /** Names of the signatures that hold: `signatureName`. */
      readonly held: readonly string[]
    }
