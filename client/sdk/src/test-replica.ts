/**
 * A small worker for tests: real sessions, permits, envelopes and receipts over real HTTP, around a contract that runs in
 * this process. `lie` lets it say anything else.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Call, type Contract, ContractRejection, Rejection } from '@pha/contract'
import { deployForTest } from '@pha/contract/testing'
import { concatBytes, fromHex, toHex } from '@pha/core/codec'
import {
  type AnsweringEnd,
  acceptSession,
  blake2b256,
  counterOf,
  ENCAPSULATION_LENGTH,
  generateAgreementKey,
  open,
  Secret,
  seal,
  verifySignature,
} from '@pha/core/crypto'
import {
  Command,
  type Commit,
  ContractMessage,
  commandAad,
  contexts,
  REPLY_PADDING,
  Receipt,
  Reply,
  replyAad,
  resultCommitment,
  SessionRequest,
  SessionResponse,
  sessionInfo,
  sessionPermitBytes,
} from '@pha/core/protocol'
import { type Fields, type InferFields, t } from '@pha/core/schema'
import { type Change, orderedTrieRoot, proveOrdered } from '@pha/core/trie'
import { contracts, registry } from '@pha/runtime/pallets'
import { type WebSocket, WebSocketServer } from 'ws'
import { DEFAULT_POLICY } from './actions/deploy-contract.ts'
import type { TestNode } from './test-node.ts'

const EPOCH = 1
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
const commandSeed = Secret.from(new Uint8Array(32).fill(21))
const commandKey = generateAgreementKey(commandSeed).publicKey

interface Instance {
  as(caller: Uint8Array): { readonly [name: string]: (args?: object) => Promise<unknown> }
}

/** What all replicas of one contract agree on: they run the same messages, so the tests keep it once. */
export class TestContract {
  readonly id: Uint8Array
  readonly codeHash = new Uint8Array(32).fill(31)
  readonly deployer = new Uint8Array(32).fill(32)
  readonly #node: TestNode
  readonly #instance: Instance
  readonly #definition: Contract
  readonly #settled: { receipt: Receipt; replyTo: Uint8Array | undefined; salt: Uint8Array; output: Uint8Array }[] = []
  #batch = 0

  constructor(node: TestNode, definition: Contract, id = new Uint8Array(32).fill(30)) {
    this.id = id
    this.#node = node
    this.#definition = definition
    this.#instance = deployForTest(definition, { caller: this.deployer }) as unknown as Instance
  }

  /** State entries of the deployed contract. */
  deployed(replicas: readonly Uint8Array[]): Change[] {
    const { storage } = contracts
    const contract = {
      deployer: this.deployer,
      codeHash: this.codeHash,
      executor: { type: 'Js' as const },
      policy: { ...DEFAULT_POLICY, replicas: replicas.length },
      deployedAt: 0,
      epoch: EPOCH,
      replicas,
      root: 1,
    }
    return [
      [storage.contracts.key(this.id), storage.contracts.type.encode(contract)],
      [storage.commandKeys.key(this.id), storage.commandKeys.type.encode({ epoch: EPOCH, key: commandKey })],
    ]
  }

  /** Runs what was ordered since, as one batch, and settles it with the votes of `voters`. */
  async settle(voters: readonly Uint8Array[]): Promise<void> {
    const from = BigInt(this.#settled.length + 1)
    const messages = this.#node.messages.filter((one) => toHex(one.contract) === toHex(this.id))
    for (const { sequence, sender, payload } of messages.slice(this.#settled.length)) {
      const { type, output, replyTo } = await this.#run(sender, payload)
      const salt = blake2b256(t.u64.encode(sequence))
      const result = resultCommitment(salt, output)
      const receipt: Receipt = { sequence, command: blake2b256(payload), outcome: { type }, result }
      this.#settled.push({ receipt, replyTo, salt, output })
    }
    const to = BigInt(this.#settled.length)
    const newRoot = blake2b256(t.u64.encode(to))
    const commit: Commit = {
      contract: this.id,
      batch: ++this.#batch,
      from,
      to,
      previousRoot: new Uint8Array(32),
      newRoot,
      deltaCid: new Uint8Array(36),
      outgoing: [],
      receiptsRoot: orderedTrieRoot(this.#leaves(from, to), 1),
    }
    const block = this.#node.head.finalised.header.number + 1
    const { storage } = contracts
    const progress = { batch: this.#batch, committed: to, stateRoot: newRoot, open: undefined }
    const final = { commit, codeHash: this.codeHash, block, voters }
    this.#node.makeBlock([
      [storage.progress.key(this.id), storage.progress.type.encode(progress)],
      [storage.commits.key(this.id, this.#batch), storage.commits.type.encode(final)],
    ])
  }

  /** The sealed reply, if its message is settled. All batches of the tests end at the newest message. */
  async reply(sequence: bigint, change: (reply: Reply) => Reply = (reply) => reply): Promise<Uint8Array | undefined> {
    const entry = this.#settled[Number(sequence) - 1]
    if (entry?.replyTo === undefined) return undefined
    const commit = this.#commitOf(sequence)
    const position = Number(sequence - commit.from)
    const reply = {
      contract: this.id,
      batch: commit.batch,
      position,
      receipt: entry.receipt,
      salt: entry.salt,
      output: entry.output,
      proof: proveOrdered(this.#leaves(commit.from, commit.to), position, 1),
    }
    const aad = replyAad(this.#node.genesis.hash, this.id, sequence)
    const plaintext = Reply.encode(change(reply))
    return seal({
      recipient: entry.replyTo,
      context: contexts.reply,
      aad,
      plaintext,
      random,
      paddingFloor: REPLY_PADDING,
    })
  }

  async query(caller: Uint8Array, input: Uint8Array): Promise<{ type: 'ok' | 'rejected'; output: Uint8Array }> {
    return this.#call(caller, input)
  }

  async #run(sender: Uint8Array, payload: Uint8Array) {
    const { type, value } = ContractMessage.decode(payload)
    if (type !== 'Command') throw new Error('not a command')
    const aad = commandAad(this.#node.genesis.hash, this.id, value.epoch, sender)
    const opened = await open({ seed: commandSeed, context: contexts.command, aad, sealed: value.sealed })
    if (opened === undefined) return { type: 'Refused', output: new Uint8Array(), replyTo: undefined } as const
    const { input, replyTo } = Command.decode(opened)
    const { type: outcome, output } = await this.#call(sender, input)
    return { type: outcome === 'ok' ? 'Ok' : 'Rejected', output, replyTo } as const
  }

  async #call(caller: Uint8Array, input: Uint8Array): Promise<{ type: 'ok' | 'rejected'; output: Uint8Array }> {
    const { method: name, args } = Call.decode(input)
    const method = this.#definition.method(name)
    const run = this.#instance.as(caller)[name]
    if (method === undefined || run === undefined) throw new Error(`no method ${name}`)
    try {
      const given = t.struct('Arguments', method.args as Fields).decode(args) as InferFields<Fields>
      return { type: 'ok', output: method.result.encode(await run(given)) }
    } catch (error) {
      if (!(error instanceof ContractRejection)) throw error
      return { type: 'rejected', output: Rejection.encode({ code: error.code, message: error.message }) }
    }
  }

  #commitOf(sequence: bigint): Commit {
    for (let batch = 1; batch <= this.#batch; batch++) {
      const key = contracts.storage.commits.key(this.id, batch)
      const final = contracts.storage.commits.decode(this.#node.head.state.get(key))
      if (final !== undefined && final.commit.from <= sequence && sequence <= final.commit.to) return final.commit
    }
    throw new Error('not settled')
  }

  #leaves(from: bigint, to: bigint): Uint8Array[] {
    return this.#settled.slice(Number(from) - 1, Number(to)).map(({ receipt }) => Receipt.encode(receipt))
  }
}

interface TestSession {
  readonly end: AnsweringEnd
  readonly encapsulation: Uint8Array
  readonly answers: Map<number, Uint8Array>
  caller?: Uint8Array
}

export class TestReplica implements AsyncDisposable {
  readonly identity: Uint8Array
  /** Changes what leaves its host, by path; `undefined` is an error 503. */
  lie: (path: string, answer: Uint8Array | undefined) => Uint8Array | undefined = (_, answer) => answer
  /** What a WebSocket is refused with. */
  refusal = 'test.refused'
  /** Changes replies before they are sealed, as a lying enclave could. */
  falsify: (reply: Reply) => Reply = (reply) => reply
  /** Blocks that its host holds back. */
  behind = 0
  /** So many answers are not sent: the connection breaks instead. */
  lost = 0
  opened = 0
  /** Requests that had an effect. */
  asked = 0
  readonly #seed: Secret
  readonly #node: TestNode
  readonly #contract: TestContract
  readonly #sessions = new Map<string, TestSession>()
  readonly #sockets = new Set<WebSocket>()
  /** Keeps its port while the host is down: what clients send there must reach no other process. */
  #server: Server | undefined
  #isUp = false
  #port = 0

  constructor(node: TestNode, contract: TestContract, number: number) {
    this.identity = new Uint8Array(32).fill(100 + number)
    this.#seed = Secret.from(new Uint8Array(32).fill(120 + number))
    this.#node = node
    this.#contract = contract
  }

  /** Starts to listen; again on the same port after `kill`. */
  async start(): Promise<this> {
    this.#isUp = true
    if (this.#server !== undefined) return this
    const server = createServer(async (request, response) => {
      const path = request.url ?? ''
      const answer = this.lie(path, await this.#answer(path, request).catch(() => undefined))
      if (this.#isLost(path)) return void request.socket.destroy()
      response.writeHead(answer === undefined ? (path.startsWith('/reply') ? 404 : 503) : 200).end(answer)
    })
    this.#server = server
    server.on('connection', (connection) => {
      if (!this.#isUp) connection.destroy()
    })
    const sockets = new WebSocketServer({ noServer: true })
    server.on('upgrade', (request, connection, head) => {
      sockets.handleUpgrade(request, connection, head, (socket) => this.#serveSocket(socket))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
    return this
  }

  /** Ends as the process of a host that is killed. */
  kill(): void {
    this.#isUp = false
    this.cutSockets()
    this.#server?.closeAllConnections()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill()
    await new Promise((resolve) => this.#server?.close(resolve))
  }

  #isLost(path: string): boolean {
    if (this.lost === 0 || path === '/session') return false
    this.lost--
    return true
  }

  /** Breaks all WebSockets, as a network does. */
  cutSockets(): void {
    for (const socket of this.#sockets) socket.terminate()
  }

  /** Forgets all sessions, as a restarted enclave does. */
  restart(): void {
    this.#sessions.clear()
  }

  /** State entry of the registered worker. */
  registered(endpoint = `http://127.0.0.1:${this.#port}`): Change {
    const { workers } = registry.storage
    const worker = {
      kind: { type: 'Worker' },
      tee: { type: 'Simulated' },
      operator: new Uint8Array(32),
      agreement: generateAgreementKey(this.#seed).publicKey,
      measurement: new Uint8Array(32).fill(77),
      platform: new Uint8Array(32),
      level: 5,
      status: { type: 'Active' },
      registeredAt: 0,
      expiresAt: 1_000_000,
      endpoint,
    } as const
    return [workers.key(this.identity), workers.type.encode(worker)]
  }

  async #answer(path: string, request: IncomingMessage): Promise<Uint8Array | undefined> {
    const [, what, first = '', second = ''] = path.split('/')
    if (what === 'reply') return this.#contract.reply(BigInt(second), this.falsify)
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk as Uint8Array)
    const body = new Uint8Array(concatBytes(...chunks))
    return first === '' ? this.#open(body) : this.#message(first, body)
  }

  async #open(encapsulation: Uint8Array): Promise<Uint8Array | undefined> {
    const info = sessionInfo(this.#node.genesis.hash, this.identity)
    const end = acceptSession(this.#seed, { context: contexts.session, info, encapsulation })
    if (end === undefined) return undefined
    const id = random(32)
    this.#sessions.set(toHex(id), { end, encapsulation, answers: new Map() })
    this.opened++
    return id
  }

  async #message(id: string, message: Uint8Array): Promise<Uint8Array | undefined> {
    const entry = this.#sessions.get(id)
    const received = entry?.end.receive(message)
    if (entry === undefined || received?.ok !== true) return undefined
    const { counter } = received
    if (received.type === 'repeated') return entry.answers.get(counter)
    this.asked++
    const response = await this.#respond(id, SessionRequest.decode(received.plaintext))
    const answer = entry.end.answer(counter, SessionResponse.encode(response))
    entry.answers.set(counter, answer)
    return answer
  }

  #serveSocket(socket: WebSocket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    let id: string | undefined
    socket.on('message', async (data) => {
      const frame = new Uint8Array(data as Buffer)
      if (id === undefined && frame.length !== ENCAPSULATION_LENGTH) {
        id = toHex(frame)
        return
      }
      const path = id === undefined ? '/session' : `/session/${id}`
      const work = id === undefined ? this.#open(frame) : this.#message(id, frame)
      const answer = this.lie(path, await work.catch(() => undefined))
      if (this.#isLost(path)) return socket.terminate()
      const counter = id === undefined ? undefined : counterOf(frame)
      if (answer === undefined) return socket.send(JSON.stringify({ code: this.refusal, message: 'no', counter }))
      if (id === undefined) id = toHex(answer)
      socket.send(answer)
    })
  }

  async #respond(id: string, request: SessionRequest): Promise<SessionResponse> {
    const entry = this.#sessions.get(id)
    const head = this.#node.head.finalised.header
    if (request.type === 'Authorize') {
      const { signature, ...permit } = request.value
      const name = { encapsulation: entry?.encapsulation ?? new Uint8Array(), id: fromHex(id) }
      const bytes = sessionPermitBytes(this.#node.genesis.hash, name, permit)
      const valid = verifySignature(signature, bytes, permit.account) && permit.expiresAtBlock >= head.number
      if (entry === undefined || !valid) return { type: 'Refused', value: { code: 'session.bad-permit' } }
      entry.caller = permit.account
      return { type: 'Authorized' }
    }
    if (request.type !== 'Query' || entry?.caller === undefined)
      return { type: 'Refused', value: { code: 'session.not-authorized' } }
    const { type, output } = await this.#contract.query(entry.caller, request.value.input)
    if (type === 'rejected') return { type: 'Rejected', value: { output } }
    const stateRoot = new Uint8Array(32)
    return { type: 'Answer', value: { output, block: Math.max(0, head.number - this.behind), stateRoot } }
  }
}
