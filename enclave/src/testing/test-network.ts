/** Gatekeepers and workers on one test chain, moved block by block. */
import { cpSync } from 'node:fs'
import { equalBytes, utf8Encode } from '@pha/core/codec'
import type { SignedRelease } from '@pha/core/protocol'
import { contracts, gatekeepers } from '@pha/runtime/pallets'
import { quiet } from './quiet.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { TestEnclave, type TestEnclaveInit } from './test-enclave.ts'
import { TestSettlement } from './test-settlement.ts'

/**
 * A contract that appends what is sent to it, refuses `no`, traps on `spin`, and answers queries with everything so far
 * and who asks.
 */
export const NOTEBOOK = utf8Encode(`
const text = (buffer) => String.fromCharCode(...new Uint8Array(buffer))
const bytes = (string) => Uint8Array.from(string, (c) => c.charCodeAt(0)).buffer
globalThis.__pha_main = ({ kind, input, caller }) => {
  const host = globalThis.__pha_host
  const before = host.get(bytes('notes'))
  const notes = before === undefined ? '' : text(before)
  if (kind === 'init') return { ok: true, output: bytes('') }
  if (kind === 'query') return { ok: true, output: bytes(notes + ' for ' + new Uint8Array(caller)[0]) }
  const said = text(input)
  if (said === 'no') return { ok: false, output: bytes('refused') }
  if (said === 'salt') host.set(bytes(':salt'), bytes('mine'))
  host.set(bytes('notes'), bytes(notes + said + ';'))
  if (said === 'spin') for (;;) {}
  return { ok: true, output: bytes('noted ' + said) }
}
`)

export class TestNetwork {
  readonly settlement = new TestSettlement()
  readonly gatekeepers: TestEnclave[] = []
  readonly workers: TestEnclave[] = []
  /** Everyone who is shown new blocks. */
  readonly awake = new Set<TestEnclave>()
  /** Whether gatekeepers' hosts reach those of workers; without it all releases go over the chain. */
  isConnected = true
  /** Releases that workers took directly. */
  readonly delivered: SignedRelease[] = []

  constructor() {
    this.settlement.deliver = async (signed) => {
      const worker = [...this.awake].find((each) => equalBytes(this.identityOf(each), signed.release.worker))
      if (!this.isConnected || worker === undefined) throw new Error('not reached')
      await worker.host.request({ type: 'KeyReleased', value: signed })
      this.delivered.push(signed)
    }
  }

  get chain(): TestSettlement['chain'] {
    return this.settlement.chain
  }

  /** Of a network with one. */
  get gatekeeper(): TestEnclave {
    const [gatekeeper] = this.gatekeepers
    if (gatekeeper === undefined) throw new Error('no gatekeeper')
    return gatekeeper
  }

  /** Starts the gatekeepers first: one build is listed under one kind, and in tests both kinds are one file. */
  static async start(workers: number, { gatekeepers: count = 1, threshold = 1 } = {}): Promise<TestNetwork> {
    const network = new TestNetwork()
    for (let i = 0; i < count; i++) await network.addGatekeeper()
    await network.newRoot(threshold)
    for (let i = 0; i < workers; i++) await network.addWorker()
    await network.blocks(3)
    return network
  }

  /** One more that is registered, and member of no group. */
  async addGatekeeper(init: Omit<Partial<TestEnclaveInit>, 'kind'> = {}): Promise<TestEnclave> {
    const gatekeeper = new TestEnclave({ kind: 'Gatekeeper', host: this.settlement.host(), ...init })
    this.gatekeepers.push(gatekeeper)
    this.settlement.allow(gatekeeper.tee.measurement(), 'Gatekeeper')
    await this.wake(gatekeeper)
    await this.until(() => this.settlement.worker(this.identityOf(gatekeeper)) !== undefined)
    this.settlement.allow(gatekeeper.tee.measurement(), 'Worker')
    return gatekeeper
  }

  /** Kills an enclave and starts it again with what is on its disk in this moment. */
  async restart(enclave: TestEnclave, kind: TestEnclaveInit['kind']): Promise<TestEnclave> {
    enclave.host.kill()
    this.awake.delete(enclave)
    // What is left of it in this process goes on writing to the folder that it had.
    const folder = temporaryFolder()
    cpSync(enclave.folder, folder, { recursive: true })
    const again = new TestEnclave({ kind, host: this.settlement.host(), folder })
    await this.wake(again)
    return again
  }

  /** All gatekeepers make a root key together. */
  async newRoot(threshold: number): Promise<void> {
    this.settlement.ceremonies.begin('NewRoot', this.#identities(this.gatekeepers), threshold)
    await this.ceremonyEnds()
  }

  /** Those in office give shares to others, or to themselves. */
  async reshare(receivers: readonly TestEnclave[], threshold: number): Promise<void> {
    this.settlement.ceremonies.begin('Reshare', this.#identities(receivers), threshold)
    await this.ceremonyEnds()
  }

  async ceremonyEnds(): Promise<void> {
    await this.until(() => this.chain.get(gatekeepers.storage.ceremony) === undefined)
    await this.blocks(2)
  }

  async addWorker(init: Omit<Partial<TestEnclaveInit>, 'kind'> = {}): Promise<TestEnclave> {
    const worker = new TestEnclave({ kind: 'Worker', host: this.settlement.host(), ...init })
    this.workers.push(worker)
    await this.wake(worker)
    return worker
  }

  /** The contract goes from the first worker to one that has joined. */
  replaceFirst(contract: Uint8Array, joined: TestEnclave): void {
    const { contracts: records } = contracts.storage
    const record = this.chain.get(records, contract)
    if (record === undefined) throw new Error('no such contract')
    this.chain.set(records, [contract], { ...record, replicas: this.#identities(this.workers.slice(1)) })
    this.settlement.assign(this.identityOf(joined), contract)
  }

  async wake(enclave: TestEnclave): Promise<void> {
    await enclave.start(this.chain)
    this.awake.add(enclave)
  }

  /** One block, shown to all, and what they do at it. */
  async block(): Promise<void> {
    const header = this.settlement.seal()
    for (const enclave of this.awake) {
      await enclave.show(header).catch((error: unknown) => {
        if (!enclave.host.isDead) throw error
      })
    }
    // Contracts that ran long wait by the clock.
    await new Promise((resolve) => setTimeout(resolve, 15))
    await quiet(() => new Set([...this.awake, ...this.gatekeepers, ...this.workers]))
  }

  async blocks(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await this.block()
  }

  async until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
    for (let i = 0; i < 200; i++) {
      if (await isTrue()) return
      await this.block()
    }
    throw new Error('did not come true within 200 blocks')
  }

  #identities(enclaves: readonly TestEnclave[]): Uint8Array[] {
    return enclaves.map((enclave) => this.identityOf(enclave))
  }

  identityOf(enclave: TestEnclave): Uint8Array {
    const { parts } = enclave
    if (parts === undefined) throw new Error('not started')
    return parts.identity.signing.publicKey
  }

  /** Deploys the notebook on all workers and waits until commands can be sent. */
  async deployNotebook(policy: Parameters<TestSettlement['deploy']>[2] = {}): Promise<Uint8Array> {
    const replicas = this.workers.map((worker) => this.identityOf(worker))
    const contract = this.settlement.deploy(NOTEBOOK, replicas, policy)
    await this.until(() => this.chain.get(contracts.storage.commandKeys, contract) !== undefined)
    await this.untilSettled(contract, 1n)
    return contract
  }

  async untilSettled(contract: Uint8Array, sequence: bigint): Promise<void> {
    await this.until(() => (this.chain.get(contracts.storage.progress, contract)?.committed ?? 0n) >= sequence)
    await this.blocks(2)
  }
}
