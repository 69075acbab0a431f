/** `pha dev`: a development network in the foreground, until Ctrl-C. */
import { resolve } from 'node:path'
import { type Network, startNetwork } from '../network.ts'
import type { Output } from '../output.ts'
import { interrupted } from '../signals.ts'

export async function dev(
  { data, fresh }: { readonly data: string; readonly fresh: boolean },
  output: Output,
): Promise<void> {
  const stop = interrupted()
  const network = await Promise.race([startNetwork({ data: resolve(data), fresh, progress: output.progress }), stop])
  if (network === undefined) process.exit(0)
  await using running = network
  const { nodeUrl, gatekeeperUrl, workerUrls, readySeconds } = running
  output.result(`ready in ${readySeconds} s\n${addresses(running)}\nCtrl-C ends it`, {
    nodeUrl,
    gatekeeperUrl,
    workerUrls,
    readySeconds,
    tee: 'SIMULATED',
  })
  await Promise.race([stop, running.ended])
}

export function addresses({ nodeUrl, gatekeeperUrl, workerUrls }: Network): string {
  return [
    `node        ${nodeUrl}  (JSON-RPC, also ${nodeUrl.replace('ws:', 'http:')})`,
    `gatekeeper  ${gatekeeperUrl}  (TEE SIMULATED)`,
    ...workerUrls.map((url, i) => `worker ${i + 1}    ${url}  (TEE SIMULATED)`),
  ].join('\n')
}
