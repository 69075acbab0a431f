/**
 * A custodian's part in a recovery: it deals its share to the new gatekeepers, and stays until they hold theirs, to answer
 * whoever accuses it. Its polynomial is in this process only.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type MadeDealing, makeDealing } from '@pha/core/ceremony'
import type { Secret } from '@pha/core/crypto'
import type { ComplaintAnswer } from '@pha/core/protocol'
import { shareFor } from '@pha/core/threshold'
import { type Ceremony, gatekeepers } from '@pha/runtime/pallets'
import { type Client, PhaError, type PhaErrorCode, readStorage, type Signer, sendCall } from '@pha/sdk'
import { CliError } from '../cli-error.ts'

const { storage, calls } = gatekeepers
const ASK_AGAIN_MS = 1_000

/** A node that is restarted, or a line that is down. */
const AWAY: readonly PhaErrorCode[] = ['sdk.unreachable', 'sdk.timeout']

/** What others may bring about in the meantime: enough have dealt, or it was said before. */
const OVERTAKEN = ['WrongPhase', 'NoCeremony', 'AlreadySpoken']

export interface CustodianDealer {
  readonly signer: Signer
  /** Of its share in the escrow. */
  readonly index: number
  readonly share: Secret
}

export interface RecoveryOutcome {
  readonly root: number
  readonly members: number
  /** Whether its own dealing is one of those that brought the root back. */
  readonly counted: boolean
}

/**
 * Resolves when new gatekeepers have the root. A node that is away for a while is asked again: who goes home loses the
 * polynomial, and could answer nobody.
 * @throws CliError `cli.no-recovery`, `cli.recovery-taken-back`
 */
export async function dealShare(
  client: Client,
  { signer, index, share }: CustodianDealer,
  progress: (text: string) => void,
): Promise<RecoveryOutcome> {
  const { hash: genesis } = await client.chain.genesis(AbortSignal.timeout(10_000))
  const before = await readStorage(client, storage.group, [])
  if (!(await readStorage(client, storage.recovering, []))) {
    throw new CliError(
      'cli.no-recovery',
      'no recovery waits for custodians',
      'governance says so with Gatekeepers.recover',
    )
  }
  const made = new Map<number, MadeDealing>()
  let told = ''
  try {
    for (; ; await sleep(ASK_AGAIN_MS)) {
      try {
        if (!(await goOn())) return await outcome()
      } catch (error) {
        if (!(error instanceof PhaError && AWAY.includes(error.code))) throw error
        tell('the node is away, and is asked again')
      }
    }
  } finally {
    for (const { polynomial } of made.values()) polynomial.wipe()
  }

  function tell(text: string): void {
    if (text !== told) progress(text)
    told = text
  }

  /** Says what the ceremony waits for. @returns whether the recovery goes on */
  async function goOn(): Promise<boolean> {
    const ceremony = await readStorage(client, storage.ceremony, [])
    if (!(await readStorage(client, storage.recovering, []))) return false
    if (ceremony?.kind.type !== 'Recover') {
      tell('recovery: waiting for gatekeepers')
      return true
    }
    const { type: phase } = ceremony.phase
    tell(`recovery: ${phase}`)
    if (phase === 'Deal') await deal(ceremony)
    if (phase === 'Answer') await answer(ceremony)
    return true
  }

  async function deal(ceremony: Ceremony): Promise<void> {
    const dealer = ceremony.dealers.find((party) => party.index === index)
    if (dealer === undefined || (await readStorage(client, storage.dealings, [index])) !== undefined) return
    const recipients: (Uint8Array | undefined)[] = []
    for (const receiver of ceremony.receivers) {
      recipients.push(await readStorage(client, storage.recipients, [receiver.index]))
    }
    const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))
    const dealing =
      made.get(ceremony.id) ?? (await makeDealing({ genesis, ceremony, dealer, secret: share, recipients, random }))
    made.set(ceremony.id, dealing)
    await send(calls.dealAsCustodian.encode({ dealt: dealing.dealt }))
  }

  async function answer(ceremony: Ceremony): Promise<void> {
    const polynomial = made.get(ceremony.id)?.polynomial
    if (polynomial === undefined || (await readStorage(client, storage.revealed, [index])) !== undefined) return
    const shares: { receiver: number; share: Uint8Array }[] = []
    for (const receiver of ceremony.receivers) {
      const complaints = await readStorage(client, storage.checks, [receiver.index])
      if (!complaints?.includes(index)) continue
      shares.push({ receiver: receiver.index, share: Uint8Array.from(shareFor(polynomial, receiver.index).expose()) })
    }
    if (shares.length === 0) return
    const said: ComplaintAnswer = { ceremony: ceremony.id, dealer: index, shares }
    await send(calls.answerAsCustodian.encode({ answer: said }))
  }

  async function send(call: Uint8Array): Promise<void> {
    try {
      await sendCall(client, { call, signer })
    } catch (error) {
      const isOvertaken = error instanceof PhaError && OVERTAKEN.includes(error.dispatchError?.error ?? '')
      if (!isOvertaken) throw error
    }
  }

  /** What the recovery has led to. */
  async function outcome(): Promise<RecoveryOutcome> {
    const group = await readStorage(client, storage.group, [])
    if (group === undefined || group.ceremony === before?.ceremony) {
      throw new CliError(
        'cli.recovery-taken-back',
        'governance took the recovery back',
        'keep the key: the share stays',
      )
    }
    const counted = made.has(group.ceremony) && group.dealers.includes(index)
    return { root: group.root, members: group.members.length, counted }
  }
}
