/** What others could see of a confidential contract: asked from the node and from a worker's host themselves. */
import { type Hex, toHex } from '@pha/core/codec'
import type { StudyReport } from '@pha/health-cohort/study'

/** The sealed row of one owner as it stands in the block, first bytes and size. */
export async function chainSaw(nodeUrl: string, { sample }: StudyReport): Promise<string> {
  const rpc = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const response = await fetch(nodeUrl.replace('ws:', 'http:'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    return ((await response.json()) as { result?: unknown }).result
  }
  const place = (await rpc('pha_extrinsic', [toHex(sample.extrinsicHash)])) as { blockHash: Hex; index: number } | null
  const found = (await rpc('chain_getBlock', [place?.blockHash])) as { block?: { extrinsics?: readonly Hex[] } } | null
  const extrinsic = found?.block?.extrinsics?.[place?.index ?? 0]
  if (extrinsic === undefined) return '  (the node did not show the block)'
  const bytes = extrinsic.length / 2 - 1
  return `  block ${sample.block}, ${bytes} bytes, in the middle of them: ${extrinsic.slice(bytes, bytes + 64)}...`
}

/** The host's own count of what it carried, and the last few payloads. */
export async function hostSaw(workerUrl: string): Promise<string> {
  const response = await fetch(`${workerUrl}/seen`)
  if (!response.ok) return '  (this host does not show it)'
  const { totals, latest } = (await response.json()) as {
    totals: { [name: string]: { count: number; bytes: number } }
    latest: { direction: string; kind: string; size: number; preview: string }[]
  }
  return [
    ...Object.entries(totals).map(([name, { count, bytes }]) => `  ${name}: ${count} payloads, ${bytes} bytes`),
    ...latest
      .slice(-5)
      .map(({ direction, kind, size, preview }) => `  ${direction} ${kind}, ${size} bytes: ${preview}...`),
  ].join('\n')
}
