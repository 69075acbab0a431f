import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { command, contract, encodeCall, job, t } from '@pha/contract'
import { type Hex, toHex } from '@pha/core/codec'
import { deriveDevAccount, keypairFromSeed, Secret } from '@pha/core/crypto'
import { finalityBytes } from '@pha/core/light-client'
import { FinalisedHeader, type Reply } from '@pha/core/protocol'
import { contracts } from '@pha/runtime/pallets'
import fc from 'fast-check'
import { makeReceipt } from '../actions/make-receipt.ts'
import { sendCommand } from '../actions/send-command.ts'
import { waitForReply } from '../actions/wait-for-reply.ts'
import { createClient } from '../client.ts'
import { TestNode } from '../test-node.ts'
import { TestContract, TestReplica } from '../test-replica.ts'
import type { ReceiptFile } from './receipt-file.ts'
import { type ReceiptRefusal, verifyReceipt } from './verify-receipt.ts'

const Adder = contract({ name: 'Adder', docs: 'Adds.', state: {}, errors: {} }).impl(() => ({
  commands: { idle: command({}, () => {}) },
  jobs: { add: job({ left: t.u32, right: t.u32 }, t.u32, ({ left, right }) => left + right) },
}))
const ann = deriveDevAccount('//Ann')

interface Study {
  readonly node: TestNode
  readonly deployed: TestContract
  readonly replicas: readonly TestReplica[]
  readonly file: ReceiptFile
  readonly reply: Reply
}

/** Two commands in one batch of three replicas, and the receipt of the second. */
async function study(votes: (all: readonly Uint8Array[]) => readonly Uint8Array[] = (all) => all): Promise<Study> {
  await using node = await new TestNode().start()
  const deployed = new TestContract(node, Adder)
  const replicas = await Promise.all([0, 1, 2].map((number) => new TestReplica(node, deployed, number).start()))
  const voters = replicas.map(({ identity }) => identity)
  node.makeBlock([...deployed.deployed(voters), ...replicas.map((replica) => replica.registered())])
  await using client = createClient({ url: node.url })
  const send = (input: Uint8Array) => sendCommand(client, { contract: deployed.id, input, signer: ann })
  await send(encodeCall('idle', {}, {}))
  const sent = await send(encodeCall('add', { left: t.u32, right: t.u32 }, { left: 40, right: 2 }))
  await deployed.settle(votes(voters))
  const { reply } = await waitForReply(client, sent)
  const file = await makeReceipt(client, { reply })
  await Promise.all(replicas.map((replica) => replica[Symbol.asyncDispose]()))
  return { node, deployed, replicas, file, reply }
}

const made = await study()
const { node, deployed, file, reply } = made
const genesisHash = toHex(node.genesis.hash)

function reasonOf(changed: unknown): ReceiptRefusal | 'accepted' {
  const verdict = verifyReceipt(changed, { genesisHash })
  return verdict.ok ? 'accepted' : verdict.reason
}

function flip(hex: Hex, at: number): Hex {
  const position = 2 + (at % (hex.length - 2))
  const digit = Number.parseInt(hex.charAt(position), 16) ^ (1 + (at % 15))
  return `${hex.slice(0, position)}${digit.toString(16)}${hex.slice(position + 1)}` as Hex
}

describe('a receipt', () => {
  it('proves code, replicas, state and output, from its JSON alone', () => {
    const verdict = verifyReceipt(JSON.stringify(file), { genesisHash })
    ok(verdict.ok)
    const { facts } = verdict
    equal(facts.codeHash, toHex(deployed.codeHash))
    equal(facts.contract, toHex(deployed.id))
    equal(facts.deployer, toHex(deployed.deployer))
    equal(facts.sequence, 2n)
    equal(facts.batch, 1)
    equal(facts.outcome, 'Ok')
    deepEqual(facts.output, t.u32.encode(42))
    equal(facts.chainPinned, true)
    equal(facts.block.hash, toHex(node.head.hash))
    equal(facts.replicas, 3)
    deepEqual(
      facts.agreed,
      made.replicas.map(({ identity }) => ({
        identity: toHex(identity),
        enclave: { tee: 'Simulated', measurement: `0x${'4d'.repeat(32)}`, level: 5, active: true },
      })),
    )
    equal(facts.simulated, true)
  })

  it('says when the file itself chose the chain', () => {
    const verdict = verifyReceipt(file)
    equal(verdict.ok && verdict.facts.chainPinned, false)
  })

  it('does not depend on its copy for readers', () => {
    const told = { ...file, unverified: { ...file.unverified, outcome: 'Rejected', replicas: [] } }
    deepEqual(verifyReceipt(told), verifyReceipt(file))
    deepEqual(verifyReceipt({ ...file, unverified: undefined }), verifyReceipt(file))
  })

  it('is refused after a change of any digit in any part', () => {
    const parts: ((at: number, which: number) => ReceiptFile)[] = [
      (at) => ({ ...file, reply: flip(file.reply, at) }),
      (at) => ({ ...file, finalised: flip(file.finalised, at) }),
      (at) => ({ ...file, genesis: { ...file.genesis, header: flip(file.genesis.header, at) } }),
      (at, which) => {
        const index = which % file.genesis.proof.length
        const proof = file.genesis.proof.map((item, i) => (i === index ? flip(item, at) : item))
        return { ...file, genesis: { ...file.genesis, proof } }
      },
      (at, which) => {
        const index = which % file.proof.length
        return { ...file, proof: file.proof.map((item, i) => (i === index ? flip(item, at) : item)) }
      },
    ]
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e3), fc.nat(parts.length - 1), (at, which, part) => {
        const change = parts[part]
        return change !== undefined && reasonOf(change(at, which)) !== 'accepted'
      }),
      { numRuns: 400 },
    )
  })

  it('is refused without any one node of its proofs', () => {
    file.proof.forEach((_, missing) => {
      equal(reasonOf({ ...file, proof: file.proof.filter((_, i) => i !== missing) }), 'receipt.bad-proof')
    })
    equal(reasonOf({ ...file, genesis: { ...file.genesis, proof: [] } }), 'receipt.bad-genesis')
  })

  it('is refused with a header of another authority', () => {
    const thief = keypairFromSeed('ed25519', Secret.from(new Uint8Array(32).fill(66)))
    const { header, proof } = node.head.finalised
    const forged = { ...header, stateRoot: new Uint8Array(32) }
    const signature = thief.sign(finalityBytes(node.genesis.hash, header.number, node.head.hash))
    const bySelf = FinalisedHeader.encode({ header, proof: { type: 'Solo', value: { signature } } })
    equal(reasonOf({ ...file, finalised: toHex(bySelf) }), 'receipt.forged-header')
    equal(
      reasonOf({ ...file, finalised: toHex(FinalisedHeader.encode({ header: forged, proof })) }),
      'receipt.forged-header',
    )
  })

  it('is refused for another chain than the one meant, however consistent', async () => {
    equal(verifyReceipt(file, { genesisHash: `0x${'00'.repeat(32)}` }).ok, false)
    const verdict = verifyReceipt(file, { genesisHash: `0x${'00'.repeat(32)}` })
    equal(!verdict.ok && verdict.reason, 'receipt.wrong-chain')
  })

  it('is refused at a block before its batch was settled', () => {
    equal(reasonOf({ ...file, finalised: toHex(FinalisedHeader.encode(node.genesis.finalised)) }), 'receipt.bad-proof')
  })

  it('counts no minority, and no voter twice', async () => {
    for (const votes of [
      (all: readonly Uint8Array[]) => all.slice(0, 1),
      (all: readonly Uint8Array[]) => [all[0], all[0]],
    ]) {
      const few = await study((all) => votes(all) as readonly Uint8Array[])
      const verdict = verifyReceipt(few.file)
      equal(!verdict.ok && verdict.reason, 'receipt.no-majority')
    }
  })

  it('names a voter that is registered no more as unknown', async () => {
    const stranger = new Uint8Array(32).fill(200)
    const verdict = verifyReceipt((await study((all) => [...all.slice(0, 2), stranger])).file)
    ok(verdict.ok)
    equal(verdict.facts.agreed.at(-1)?.enclave, undefined)
  })

  it('never says hardware of replicas that nobody can look up any more', async () => {
    const gone = [200, 201, 202].map((byte) => new Uint8Array(32).fill(byte))
    const verdict = verifyReceipt((await study(() => gone)).file)
    ok(verdict.ok)
    equal(verdict.facts.simulated, true)
  })

  it('is refused if the message is not the one at its place in the batch', async () => {
    const other = new TestNode()
    const { storage } = contracts
    const key = storage.commits.key(deployed.id, reply.batch)
    const final = storage.commits.decode(node.head.state.get(key))
    ok(final !== undefined)
    // The chain itself would have to say so: receipts of messages 1 and 2 in a batch of 5 and 6.
    const shifted = { ...final, commit: { ...final.commit, from: 5n, to: 6n } }
    const workers = made.replicas.map((replica) => replica.registered())
    other.makeBlock([...deployed.deployed(final.voters), ...workers, [key, storage.commits.type.encode(shifted)]])
    await using listening = await other.start()
    await using client = createClient({ url: listening.url })
    const verdict = verifyReceipt(await makeReceipt(client, { reply }))
    equal(!verdict.ok && verdict.reason, 'receipt.wrong-position')
  })

  it('answers hostile files with a reason and never throws', () => {
    const cases: readonly (readonly [unknown, ReceiptRefusal])[] = [
      ['{', 'receipt.not-json'],
      ['', 'receipt.not-json'],
      ['null', 'receipt.malformed'],
      [[], 'receipt.malformed'],
      [{}, 'receipt.unknown-version'],
      [{ ...file, version: 2 }, 'receipt.unknown-version'],
      [{ ...file, reply: '0x' }, 'receipt.malformed'],
      [{ ...file, reply: 7 }, 'receipt.malformed'],
      [{ ...file, proof: '0x' }, 'receipt.malformed'],
      [{ ...file, genesis: null }, 'receipt.malformed'],
      [{ ...file, reply: `0x${'00'.repeat(5_000_000)}` }, 'receipt.too-large'],
      ['x'.repeat(9_000_000), 'receipt.too-large'],
    ]
    for (const [hostile, reason] of cases) equal(reasonOf(hostile), reason)
    fc.assert(fc.property(fc.anything(), (anything) => !verifyReceipt(anything).ok))
    fc.assert(fc.property(fc.json(), (text) => !verifyReceipt(text).ok))
    const fields = ['format', 'version', 'genesis', 'finalised', 'proof', 'reply']
    fc.assert(
      fc.property(
        fc.constantFrom(...fields),
        fc.jsonValue(),
        (name, value) => !verifyReceipt({ ...file, [name]: value }).ok,
      ),
    )
  })
})
