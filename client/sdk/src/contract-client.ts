/** A contract as typed functions, inferred from its declaration: nothing is generated. */
import { type Contract, encodeCall, type Interface } from '@pha/contract'
import { type Fields, type InferFields, type Type, tryDecode } from '@pha/core/schema'
import { query } from './actions/query.ts'
import { runJob, type SettledJob } from './actions/run-job.ts'
import { type SentCommand, sendCommand } from './actions/send-command.ts'
import type { CallOptions } from './call-options.ts'
import type { Client } from './client.ts'
import { PhaError } from './errors.ts'
import type { HeldPermit } from './permits/held-permit.ts'
import type { Asker, Signer } from './signer.ts'

export interface MethodOptions extends CallOptions {
  /** Another signer than the contract client's. */
  readonly signer?: Signer
  /** For queries: asks by a permit, in the name of the account that gave it. */
  readonly permit?: HeldPermit
}

type Shape = { readonly args: Fields; readonly result: Type<unknown> }
type ArgsOf<M> = M extends { readonly args: infer A extends Fields } ? InferFields<A> : never
type ResultOf<M> = M extends { readonly result: Type<infer R> } ? R : never
type Callable<M, R> = keyof ArgsOf<M> extends never
  ? (args?: Readonly<Record<string, never>>, options?: MethodOptions) => Promise<R>
  : (args: ArgsOf<M>, options?: MethodOptions) => Promise<R>
type Known<G> = G extends { readonly [name: string]: Shape } ? G : Readonly<Record<never, Shape>>

type Plain<G> = { readonly [K in keyof Known<G>]: Callable<Known<G>[K], ResultOf<Known<G>[K]>> }
type Settled<G> = { readonly [K in keyof Known<G>]: Callable<Known<G>[K], SettledJob<ResultOf<Known<G>[K]>>> }
type Sent<G> = { readonly [K in keyof Known<G>]: Callable<Known<G>[K], SentCommand> }

export interface ContractClient<I extends Interface> {
  readonly contract: Uint8Array
  /** Commands; each resolves when it is settled by the replicas' vote, and rejects if the contract refused it. */
  readonly command: Settled<I['commands']>
  /** Jobs; each resolves to its verified result. */
  readonly job: Plain<I['jobs']>
  /** Jobs again, with all that a receipt is made of. */
  readonly settled: Settled<I['jobs']>
  /** Commands and jobs; each resolves as soon as it is ordered, for `waitForReply`. */
  readonly send: Sent<I['commands']> & Sent<I['jobs']>
  /** Queries; they see the effects of what this client sent and saw settled. */
  readonly query: Plain<I['queries']>
}

/**
 * The typed client of a deployed contract, for an account, or for a permit, which can ask queries only.
 *
 * @param id of the deployed contract
 * @throws each method: ContractRejection with the contract's own code, PhaError as the action behind it
 * @example
 * const cohort = contractClient(client, HealthCohort, id, { signer: ann })
 * await cohort.command.contribute({ row })
 * const mine = await cohort.query.mine()
 * const { result, reply } = await cohort.settled.association({ exposure, illness }, { signer: analyst })
 */
export function contractClient<I extends Interface>(
  client: Client,
  contract: Contract<I>,
  id: Uint8Array,
  usual: Pick<MethodOptions, 'signer' | 'permit'>,
): ContractClient<I> {
  let settledAt = 0

  async function settle(name: string, method: Shape, args: Args, options: MethodOptions): Promise<SettledJob<unknown>> {
    const signer = requireSigner(options.signer ?? usual.signer)
    const input = encodeCall(name, method.args, args)
    const job = await runJob(client, { contract: id, input, result: method.result, signer }, options)
    settledAt = Math.max(settledAt, job.commit.block)
    return job
  }
  async function ask(name: string, method: Shape, args: Args, options: MethodOptions): Promise<unknown> {
    const input = encodeCall(name, method.args, args)
    const asker = askerOf(options) ?? askerOf(usual) ?? { signer: requireSigner(undefined) }
    const { output } = await query(client, { contract: id, input, minimumBlock: settledAt, ...asker }, options)
    const decoded = tryDecode(method.result, output)
    if (decoded.ok) return decoded.value
    throw new PhaError('sdk.wrong-version', `the answer has another shape than declared: ${decoded.reason}`, {
      fix: 'Use the declaration of the contract that is deployed: compare its code hash.',
    })
  }
  const send = async (name: string, method: Shape, args: Args, options: MethodOptions): Promise<SentCommand> => {
    const signer = requireSigner(options.signer ?? usual.signer)
    return sendCommand(client, { contract: id, input: encodeCall(name, method.args, args), signer }, options)
  }
  const result = async (...call: Parameters<typeof settle>): Promise<unknown> => (await settle(...call)).result

  const { commands = {}, jobs = {}, queries = {} } = contract.interface
  // The shapes follow from the declaration by the mapped types above; the compiler can't see through `mapMethods`.
  return {
    contract: id,
    command: mapMethods(commands, settle),
    job: mapMethods(jobs, result),
    settled: mapMethods(jobs, settle),
    send: mapMethods({ ...commands, ...jobs }, send),
    query: mapMethods(queries, ask),
  } as unknown as ContractClient<I>
}

/** A permit asks before a signer would: who has both has the permit so that nobody needs to sign. */
function askerOf({ signer, permit }: Pick<MethodOptions, 'signer' | 'permit'>): Asker | undefined {
  if (permit !== undefined) return { permit }
  return signer && { signer }
}

function requireSigner(signer: Signer | undefined): Signer {
  if (signer !== undefined) return signer
  throw new PhaError('sdk.signer-missing', 'a permit reads; commands and jobs are signed by an account', {
    fix: 'Pass a signer.',
  })
}

/** Arguments of a contract's constructor, for `deployContract`. */
export function encodeInit<I extends { readonly init: { readonly args: Fields } } & Interface>(
  contract: Contract<I>,
  args: InferFields<I['init']['args']>,
): Uint8Array {
  return encodeCall('init', contract.interface.init.args, args)
}

type Args = InferFields<Fields>

function mapMethods<R>(
  methods: { readonly [name: string]: Shape },
  run: (name: string, method: Shape, args: Args, options: MethodOptions) => Promise<R>,
): { readonly [name: string]: (args?: Args, options?: MethodOptions) => Promise<R> } {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      (args: Args = {}, options: MethodOptions = {}) => run(name, method, args, options),
    ]),
  )
}
