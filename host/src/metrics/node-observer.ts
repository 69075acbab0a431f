/** What a node tells of its work while it works, to whoever counts it. */

/** What a block goes through, in order. */
export type BlockStep = 'execute' | 'finalise' | 'commit'

/** Told while the node works; every method is cheap and never throws. */
export interface NodeObserver {
  /** @returns what to call when the method has answered */
  rpcCall(method: string): (isError: boolean) => void
  rpcSession(change: 'opened' | 'closed'): void
  blockStep(step: BlockStep, seconds: number): void
}

/** Somebody who does not look. */
export const noObserver: NodeObserver = {
  rpcCall: () => () => {},
  rpcSession: () => {},
  blockStep: () => {},
}
