/** What scenarios of gatekeepers read and do: groups, ceremonies, what governance decides, blocks that pass. */
import { toHex } from '@pha/core/codec'
import {
  type Ceremony,
  chainTypes,
  EventRecords,
  type Group,
  gatekeepers,
  RuntimeCall,
  sudo,
  system,
} from '@pha/runtime/pallets'
import { type ChainEvent, type Client, deriveDevAccount, readStorage, sendCall, transfer } from '@pha/sdk'
import { type NetworkHost, type TestNetwork, until } from '../src/index.ts'

const alice = deriveDevAccount('//Alice')
const bob = deriveDevAccount('//Bob')

/** Blocks follow each other as soon as there is something in them: phases last tens of blocks, and nobody waits minutes. */
export const QUICK_BLOCKS = 10

/** The group in office. */
export async function groupOf(client: Client): Promise<Group> {
  const group = await readStorage(client, gatekeepers.storage.group, [])
  if (group === undefined) throw new Error('there is no group')
  return group
}

/** What governance decides: on this chain, Alice alone. */
export async function govern(client: Client, call: Uint8Array): Promise<void> {
  await sendCall(client, { call: sudo.calls.sudo.encode({ call: RuntimeCall.decode(call) }), signer: alice })
}

/** Makes blocks until something is so: without transactions the chain would make one each three seconds. */
export function passBlocksUntil<T>(
  client: Client,
  what: string,
  isTrue: () => T | Promise<T>,
): Promise<Exclude<T, undefined | false>> {
  const passBlock = () => transfer(client, { to: bob.accountId, amount: 1_000_000_000_000n, signer: alice })
  return until<T | undefined>(what, async () => {
    let answer: T
    try {
      answer = await isTrue()
    } catch (error) {
      await passBlock()
      throw error
    }
    if (answer !== undefined && answer !== false) return answer
    await passBlock()
    return undefined
  })
}

/** `kill -9` of an enclave, and the end of its host: nobody starts it again. */
export async function kill(host: NetworkHost): Promise<void> {
  const pid = host.running.enclavePid()
  if (pid === undefined) throw new Error(`the enclave of ${host.name} does not run`)
  process.kill(pid, 'SIGKILL')
  await host.stop()
}

/** Kills an enclave in the block in which a phase of the next ceremony begins, before it can speak in it. */
export async function killInNextCeremony(
  network: TestNetwork,
  host: NetworkHost,
  phase: Ceremony['phase']['type'],
): Promise<void> {
  const { ceremony, ceremonies } = gatekeepers.storage
  const before = stateOf(network, ceremonies)
  await inBlock(network, () => {
    const now = stateOf(network, ceremony)
    return now !== undefined && now.id > before && now.phase.type === phase
  })
  await kill(host)
}

/** Resolves in the first final block of which this is so. */
export function inBlock({ node }: TestNetwork, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = node.running.chain.onFinalised(() => {
      if (!isSo()) return
      unsubscribe()
      resolve()
    })
  })
}

/** A value of the newest state, as the node has it. */
export function stateOf<Get>(
  { node }: TestNetwork,
  item: { key(): Uint8Array; decode(stored: Uint8Array | undefined): Get },
): Get {
  return item.decode(node.running.chain.trieAt().get(item.key()))
}

/** Identities of those in office, as text. */
export function namesOf({ members }: Group): readonly string[] {
  return members.map(({ identity }) => toHex(identity))
}

/** What the pallet tells from now on, in order. */
export function gatekeeperEvents(network: TestNetwork): readonly GatekeeperEvent[] {
  const told: GatekeeperEvent[] = []
  onEvent(network, (event) => {
    if (event.type === 'Gatekeepers') told.push(event.value)
  })
  return told
}

type GatekeeperEvent = Extract<ChainEvent, { type: 'Gatekeepers' }>['value']

/** How many requests for keys a gatekeeper answered how, as its host shows it. */
export async function releasesOf({ url }: NetworkHost): Promise<{ readonly [outcome: string]: number }> {
  const { status } = (await (await fetch(`${url}/status`)).json()) as {
    readonly status: { readonly releases: { readonly [outcome: string]: number } } | null
  }
  if (status === null) throw new Error('the enclave does not answer')
  return status.releases
}

/** Errors of calls that had no effect, from now on: `Gatekeepers.NotAssigned`... */
export function failuresOf(network: TestNetwork): readonly string[] {
  const failed: string[] = []
  onEvent(network, ({ type, value }) => {
    if (type !== 'System' || value.type !== 'ExtrinsicFailed') return
    const { dispatchError } = value.value
    failed.push(dispatchError.type === 'Module' ? errorName(dispatchError.value) : dispatchError.type)
  })
  return failed
}

function onEvent({ node }: TestNetwork, told: (event: ChainEvent) => void): void {
  const { chain } = node.running
  chain.onFinalised(() => {
    const stored = chain.trieAt().get(system.storage.events.key())
    if (stored !== undefined) for (const { event } of EventRecords.decode(stored)) told(event)
  })
}

interface NamedPallet {
  readonly name: string
  readonly index: number
  readonly errors: { readonly [name: string]: { readonly index: number } }
}

function errorName({ index, error }: { readonly index: number; readonly error: Uint8Array }): string {
  const pallet = chainTypes.pallets.find((each: NamedPallet) => each.index === index) as NamedPallet | undefined
  const name = Object.keys(pallet?.errors ?? {}).find((key) => pallet?.errors[key]?.index === error[0])
  return `${pallet?.name}.${name}`
}
