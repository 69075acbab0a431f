/** `pha keys blast-radius`: what whoever breaks an enclave now reads, as a node computes it from the chain. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Hex, toHex } from '@pha/core/codec'
import type { Tee } from '@pha/core/protocol'
import type { BlastRadius, Broken } from '@pha/runtime/pallets'
import { type Client, getBlastRadius, type ListedWorker, listWorkers, RpcError } from '@pha/sdk'
import { CliError } from '../cli-error.ts'
import { tableText } from '../table-text.ts'
import { teeLabel } from './status.ts'

/** Of a node whose allowance is used up; it refills within a second. */
const RATE_LIMITED = -32_999

type Radius = Omit<BlastRadius, 'next'>

interface Sum {
  readonly contracts: number
  readonly commands: bigint
  readonly bytes: bigint
  readonly uncounted: bigint
  readonly deltas: number
}

/** What is broken, for people. */
interface Named {
  readonly broken: string
  readonly identity?: Hex
  readonly tee: string
}

interface Row extends Named {
  readonly radius: Radius
  readonly sum: Sum
}

/** What one enclave, or all enclaves of a kind of TEE, open, beside what as many gatekeepers as release together would. */
export async function blastRadius(
  client: Client,
  { node, vendor }: { readonly node?: Hex; readonly vendor?: Tee['type'] },
) {
  if (node === undefined && vendor === undefined) throw new CliError('cli.bad-argument', 'name a node or a vendor')
  const { workers } = await listWorkers(client)
  const [broken, row] = node === undefined ? ofVendor(vendor ?? 'Simulated') : ofNode(node, workers)
  const radius = await radiusOf(client, broken)
  const threshold = await radiusOf(client, { type: 'Threshold' })
  return { url: client.url, ...row, radius, sum: sumOf(radius), threshold: sumOf(threshold) }
}

/** Every registered enclave, each kind of TEE among them, and enough gatekeepers; who opens most comes first. */
export async function blastRadii(client: Client) {
  const { workers, complete } = await listWorkers(client)
  const vendors = [...new Set(workers.map(({ tee }) => tee.type))]
  const all: readonly (readonly [Broken, Named])[] = [
    ...workers.map(rowOf),
    ...vendors.map(ofVendor),
    [{ type: 'Threshold' }, { broken: 'enough gatekeepers', tee: 'any' }],
  ]
  const rows: Row[] = []
  for (const [broken, row] of all) {
    const radius = await radiusOf(client, broken)
    rows.push({ ...row, radius, sum: sumOf(radius) })
  }
  return { url: client.url, complete, rows: rows.sort(byReach) }
}

export function blastRadiusText(found: Awaited<ReturnType<typeof blastRadius>>): string {
  const { radius, sum, threshold, broken, identity, tee, url } = found
  const lines = [
    `${broken}  ${identity ?? ''}  TEE ${teeLabel(tee)}`.replace(/ {3,}/, '  '),
    sum.contracts === 0 ? 'opens no contract' : `opens ${sumText(sum)}, and the present state of each`,
    ...radius.shares.filter(({ held }) => held > 0).map(shareText),
    ...radius.shares.filter(({ holders }) => holders.type === 'Custodians').map(custodyText),
  ]
  if (!radius.hasRoot && radius.shares.some(({ held }) => held > 0))
    lines.push(`enough gatekeepers would open ${sumText(threshold)}`)
  if (radius.contracts.length > 0) lines.push(tableText(contractRows(radius)))
  return [...lines, ...caveats([sum], url)].join('\n')
}

export function blastRadiiText({ rows, complete, url }: Awaited<ReturnType<typeof blastRadii>>): string {
  const table = rows.map(({ broken, identity, tee, radius, sum }) => [
    broken,
    identity === undefined ? '' : `${identity.slice(0, 14)}..`,
    `TEE ${teeLabel(tee)}`,
    radius.hasRoot ? 'EVERYTHING' : `${sum.contracts} contracts`,
    `${sum.commands} commands`,
    `${sum.bytes} bytes`,
    radius.shares
      .filter(({ held }) => held > 0)
      .map(({ held, threshold }) => `shares ${held}, needed ${threshold}`)
      .join(', '),
  ])
  const missing = complete ? [] : ['the node left enclaves out: these are not all']
  return [
    tableText(table),
    ...missing,
    ...caveats(
      rows.map(({ sum }) => sum),
      url,
    ),
  ].join('\n')
}

function ofNode(node: Hex, workers: readonly ListedWorker[]): [Broken, Named] {
  const found = workers.find(({ identity }) => toHex(identity) === node)
  if (found === undefined) throw new CliError('cli.node-unknown', `no enclave ${node} is registered`, 'see pha status')
  return rowOf(found)
}

function rowOf({ identity, kind, tee }: ListedWorker): [Broken, Named] {
  const row: Named = { broken: kind.type.toLowerCase(), identity: toHex(identity), tee: tee.type }
  return [{ type: 'Enclave', value: identity }, row]
}

function ofVendor(vendor: Tee['type']): [Broken, Named] {
  return [
    { type: 'Vendor', value: { type: vendor } },
    { broken: 'all of vendor', tee: vendor },
  ]
}

async function radiusOf(client: Client, broken: Broken): Promise<Radius> {
  for (;;) {
    try {
      return await getBlastRadius(client, broken)
    } catch (error) {
      if (!(error instanceof RpcError) || error.rpcCode !== RATE_LIMITED) throw error
      await sleep(1_000)
    }
  }
}

function sumOf({ contracts }: Radius): Sum {
  const sealed = contracts.flatMap(({ epochs, closed }) => [...epochs.map((epoch) => epoch.sealed), closed])
  return {
    contracts: contracts.length,
    commands: sealed.reduce((sum, { commands }) => sum + commands, 0n),
    bytes: sealed.reduce((sum, { bytes }) => sum + bytes, 0n),
    uncounted: contracts.reduce((sum, { uncounted }) => sum + uncounted, 0n),
    deltas: contracts.reduce((sum, { deltas }) => sum + deltas, 0),
  }
}

function byReach(left: Row, right: Row): number {
  const [a, b] = [left.sum, right.sum]
  return (
    Number(right.radius.hasRoot) - Number(left.radius.hasRoot) || Number(b.bytes - a.bytes) || b.contracts - a.contracts
  )
}

function sumText({ contracts, commands, bytes }: Sum): string {
  return `${contracts} contracts with ${commands} commands, ${bytes} bytes of ciphertext on chain`
}

function shareText({ root, held, threshold, members }: Radius['shares'][number]): string {
  const missing = threshold - held
  const reach =
    missing > 0 ? `alone they open nothing, ${missing} more are needed` : 'enough to compute the key of every contract'
  return `holds ${held} of ${members} shares of root ${root}: ${reach}`
}

function custodyText({ root, threshold, members }: Radius['shares'][number]): string {
  return `any ${threshold} of ${members} custodians, who are people, have root ${root} together as well`
}

function contractRows({ contracts }: Radius): string[][] {
  return contracts.flatMap(({ contract, epochs, closed, deltas }) => [
    ...epochs.map(({ epoch, standing, sealed }) => [
      `  ${toHex(contract)}`,
      `epoch ${epoch}`,
      standing.type,
      `${sealed.commands} commands`,
      `${sealed.bytes} bytes`,
      `${deltas} deltas at most`,
    ]),
    ...(closed.commands > 0n
      ? [[`  ${toHex(contract)}`, 'before', 'Closed', `${closed.commands} commands`, `${closed.bytes} bytes`]]
      : []),
  ])
}

function caveats(sums: readonly Sum[], url: string): string[] {
  const uncounted = sums.reduce((most, sum) => (sum.uncounted > most ? sum.uncounted : most), 0n)
  return [
    'not counted: bytes of states, deltas and snapshots, which the hosts of workers have and the chain does not know',
    ...(uncounted > 0n ? [`not counted: ${uncounted} messages from before the chain counted commands`] : []),
    `computed by ${url}, not proven`,
  ]
}
