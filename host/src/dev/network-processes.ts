/** The processes of a network: started in turn, ended together. */
import type { KeptProcess } from './kept-process.ts'

export class NetworkProcesses implements AsyncDisposable {
  node: KeptProcess | undefined
  gatekeepers: KeptProcess | undefined
  workers: readonly KeptProcess[] = []

  /** Hosts end before the node that they write to. */
  async [Symbol.asyncDispose](): Promise<void> {
    const hosts = [this.gatekeepers, ...this.workers]
    // All at once: a Ctrl-C in a terminal reaches the node before its turn.
    for (const process of [this.node, ...hosts]) process?.release()
    await Promise.all(hosts.map((host) => host?.[Symbol.asyncDispose]()))
    await this.node?.[Symbol.asyncDispose]()
  }
}
