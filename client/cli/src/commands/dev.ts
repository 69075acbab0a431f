/** `pha dev`: a development network in the foreground, until Ctrl-C. */
import { resolve } from 'node:path'
import { CliError } from '../cli-error.ts'
import { type Network, startNetwork } from '../network.ts'
import type { Output } from '../output.ts'
import { aborted, interrupted } from '../signals.ts'

export async function dev(
  { data, fresh, ports }: { readonly data: string; readonly fresh: boolean; readonly ports: string },
  output: Output,
): Promise<void> {
  const signal = interrupted()
  const network = await startNetwork({ data: resolve(data), fresh, ports, progress: output.progress, signal })
  if (network === undefined) return
  await using running = network
  const { nodeUrl, gatekeeperUrls, workerUrls, readySeconds } = running
  output.result(`ready in ${readySeconds} s\n${addresses(running)}\nCtrl-C ends it`, {
    nodeUrl,
    gatekeeperUrls,
    workerUrls,
    readySeconds,
    tee: 'SIMULATED',
  })
  await Promise.race([aborted(signal), running.ended])
  if (!signal.aborted) throw new CliError('cli.network-failed', 'the network ended')
}

export function addresses({ nodeUrl, gatekeeperUrls, workerUrls }: Network): string {
  return [
    `node        ${nodeUrl}  (JSON-RPC, also ${nodeUrl.replace('ws:', 'http:')})`,
    `gatekeepers ${gatekeeperUrls.join(', ')}  (TEE SIMULATED)`,
    ...workerUrls.map((url, i) => `worker ${i + 1}    ${url}  (TEE SIMULATED)`),
  ].join('\n')
}
