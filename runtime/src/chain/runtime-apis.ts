/** What may be asked of the runtime: one table gives the methods, their SCALE, and their part of metadata. */

import { Reader } from '@pha/core/codec'
import { Evidence, Header, Registration } from '@pha/core/protocol'
import { type Fields, fieldsCodec, type Infer, type InferFields, type Type, t } from '@pha/core/schema'
import { Weight } from '../frame/declare.ts'
import type { ExposedBy } from '../frame/implement.ts'
import type { RuntimeApi } from '../frame/metadata/metadata.ts'
import type { gatekeepersLogic } from '../pallets/gatekeepers/logic.ts'
import { BlastRadius, Broken } from '../pallets/gatekeepers/radius-schema.ts'
import { RotationProgress } from '../pallets/gatekeepers/rotation-schema.ts'
import { EvidenceAssessment } from '../pallets/registry/assessment-schema.ts'
import type { registryLogic } from '../pallets/registry/logic.ts'
import type { systemLogic } from '../pallets/system/logic.ts'
import { DispatchClass } from '../pallets/system/schema.ts'
import { API_VERSIONS, RUNTIME_VERSION, RuntimeVersion } from '../pallets/system/version.ts'
import { totalFee, type transactionPaymentLogic } from '../pallets/transaction-payment/logic.ts'
import { UncheckedExtrinsic } from '../transaction/extrinsic.ts'
import { Block, InherentData } from './block.ts'
import type { Executive } from './executive.ts'
import { ApplyExtrinsicResult, TransactionSource, TransactionValidity } from './transaction-validity.ts'

const OpaqueMetadata = t.named(['sp_core', 'OpaqueMetadata'], t.bytes)

const RuntimeDispatchInfo = t.named(
  ['pallet_transaction_payment', 'types', 'RuntimeDispatchInfo'],
  t.struct('RuntimeDispatchInfo', { weight: Weight, class: DispatchClass, partialFee: t.u128 }),
)

const FeeDetails = t.named(
  ['pallet_transaction_payment', 'types', 'FeeDetails'],
  t.struct('FeeDetails', {
    inclusionFee: t.option(
      t.named(
        ['pallet_transaction_payment', 'types', 'InclusionFee'],
        t.struct('InclusionFee', { baseFee: t.u128, lenFee: t.u128, adjustedWeightFee: t.u128 }),
      ),
    ),
    tip: t.u128,
  }),
)

export interface RuntimeApiParts<G> {
  readonly executive: Executive
  readonly system: ExposedBy<typeof systemLogic>
  readonly payment: ExposedBy<typeof transactionPaymentLogic>
  readonly registry: ExposedBy<typeof registryLogic>
  readonly gatekeepers: ExposedBy<typeof gatekeepersLogic>
  readonly genesisConfig: Type<G>
  readonly metadataVersions: readonly number[]
  metadata(version: number): Uint8Array | undefined
}

/** A method bound to its runtime: SCALE in, SCALE out. */
export type BoundMethod = (input: Uint8Array) => Uint8Array

interface Method<F extends Fields, O> {
  readonly inputs: F
  readonly output: Type<O>
  readonly docs: string
  run(inputs: InferFields<F>): O
}

interface Api {
  readonly docs: string
  readonly methods: { readonly [name: string]: Method<Fields, unknown> }
}

/** Methods by full name, and the public ones as metadata describes them. */
export function bindRuntimeApis<G extends { readonly [pallet: string]: unknown }>(
  parts: RuntimeApiParts<G>,
): { readonly methods: ReadonlyMap<string, BoundMethod>; readonly described: readonly RuntimeApi[] } {
  const open: { readonly [name in keyof typeof API_VERSIONS]: Api } = publicApis(parts)
  const methods = new Map<string, BoundMethod>()
  for (const [name, api] of [...Object.entries(open), ...Object.entries(nodeApis(parts))]) {
    for (const [method, declared] of Object.entries(api.methods)) methods.set(`${name}_${method}`, bind(declared))
  }
  const described = Object.entries(API_VERSIONS).map(([name, version]) => {
    const { docs, methods: declared } = open[name as keyof typeof API_VERSIONS]
    const described = Object.entries(declared).map(([method, { inputs, output, docs }]) => ({
      name: method,
      inputs,
      output,
      docs,
    }))
    return { name, version, docs, methods: described }
  })
  return { methods, described }
}

/** What clients call. */
function publicApis<G>({
  executive,
  system,
  payment,
  registry,
  gatekeepers,
  metadataVersions,
  metadata,
}: RuntimeApiParts<G>) {
  const feeOf = (uxt: Uint8Array, len: number) => {
    const { info, extrinsic } = executive.callInfo(uxt)
    return { info, extrinsic, fee: payment.inclusionFee(len, info.refTime) }
  }
  return {
    Core: {
      docs: 'What every runtime answers.',
      methods: { version: method({}, RuntimeVersion, 'The version of this runtime.', () => RUNTIME_VERSION) },
    },
    Metadata: {
      docs: 'What this chain has: types, pallets, extrinsics, APIs.',
      methods: {
        metadata: method({}, OpaqueMetadata, 'Metadata of version 14.', () => metadata(14) ?? new Uint8Array()),
        metadata_at_version: method(
          { version: t.u32 },
          t.option(OpaqueMetadata),
          'Metadata of one version, if it is supported.',
          ({ version }) => metadata(version),
        ),
        metadata_versions: method({}, t.vec(t.u32), 'Supported versions.', () => metadataVersions),
      },
    },
    TaggedTransactionQueue: {
      docs: 'What a transaction pool asks.',
      methods: {
        validate_transaction: method(
          { source: TransactionSource, tx: UncheckedExtrinsic, blockHash: t.hash },
          TransactionValidity,
          'Whether a transaction is valid on top of a block.',
          ({ tx, blockHash }) => executive.validateTransaction(tx, blockHash),
        ),
      },
    },
    AccountNonceApi: {
      docs: 'The next nonce of an account.',
      methods: {
        account_nonce: method({ account: t.accountId }, t.u32, 'Without waiting transactions.', ({ account }) => {
          return system.account(account).nonce
        }),
      },
    },
    TransactionPaymentApi: {
      docs: 'What a transaction costs.',
      methods: {
        query_info: method(
          { uxt: UncheckedExtrinsic, len: t.u32 },
          RuntimeDispatchInfo,
          'Weight, class and fee without tip.',
          ({ uxt, len }): Infer<typeof RuntimeDispatchInfo> => {
            const { info, extrinsic, fee } = feeOf(uxt, len)
            return {
              weight: { refTime: info.refTime, proofSize: 0n },
              class: { type: info.class },
              partialFee: extrinsic.signed === undefined ? 0n : totalFee(fee, 0n),
            }
          },
        ),
        query_fee_details: method(
          { uxt: UncheckedExtrinsic, len: t.u32 },
          FeeDetails,
          'The parts of the fee.',
          ({ uxt, len }): Infer<typeof FeeDetails> => {
            const { extrinsic, fee } = feeOf(uxt, len)
            if (extrinsic.signed === undefined) return { inclusionFee: undefined, tip: 0n }
            return { inclusionFee: fee, tip: extrinsic.signed.extra.tip }
          },
        ),
        query_weight_to_fee: method({ weight: Weight }, t.u128, 'Price of weight.', ({ weight }) =>
          payment.weightFee(weight.refTime),
        ),
        query_length_to_fee: method({ length: t.u32 }, t.u128, 'Price of bytes.', ({ length }) =>
          payment.lengthFee(length),
        ),
      },
    },
    RegistryApi: {
      docs: 'What an enclave may ask before it registers, or after that failed.',
      methods: {
        judge: method(
          { registration: Registration, evidence: Evidence },
          EvidenceAssessment,
          'What register would do with this evidence now, and which rule refuses it. Costs as much as register.',
          ({ registration, evidence }) => registry.assess(registration, evidence),
        ),
      },
    },
    KeysApi: {
      docs: 'What the keys of contracts are worth to a thief, and how far they are replaced.',
      methods: {
        blast_radius: method(
          { broken: Broken, after: t.option(t.bytes32) },
          BlastRadius,
          'Which contracts and epochs, and how much ciphertext on chain, are open to whoever breaks these enclaves now; a page of contracts.',
          ({ broken, after }) => gatekeepers.blastRadius(broken, after),
        ),
        root_rotation: method(
          {},
          t.option(RotationProgress),
          'How far the newest rotation of the root is; none if there never was one. Costs the same, however many contracts there are.',
          () => gatekeepers.rotation(),
        ),
      },
    },
  }
}

/** What the node alone calls: these change state, so they are not in metadata. */
function nodeApis<G extends { readonly [pallet: string]: unknown }>({
  executive,
  genesisConfig,
}: RuntimeApiParts<G>): {
  readonly [name: string]: Api
} {
  return {
    Core: {
      docs: '',
      methods: {
        initialize_block: method({ header: Header }, t.unit, '', ({ header }) => {
          executive.initializeBlock(header)
          return undefined
        }),
        execute_block: method({ block: Block }, t.unit, '', ({ block }) => {
          executive.executeBlock(block)
          return undefined
        }),
      },
    },
    BlockBuilder: {
      docs: '',
      methods: {
        apply_extrinsic: method({ extrinsic: UncheckedExtrinsic }, ApplyExtrinsicResult, '', ({ extrinsic }) =>
          executive.applyExtrinsic(extrinsic),
        ),
        apply_extrinsics: method(
          { extrinsics: t.vec(UncheckedExtrinsic) },
          t.vec(ApplyExtrinsicResult),
          '',
          ({ extrinsics }) => executive.applyExtrinsics(extrinsics),
        ),
        inherent_extrinsics: method({ data: InherentData }, t.vec(UncheckedExtrinsic), '', ({ data }) =>
          executive.inherents(data),
        ),
        finalize_block: method({}, Header, '', () => executive.finalizeBlock()),
      },
    },
    GenesisBuilder: {
      docs: '',
      methods: {
        build_state: method({ config: genesisConfig }, Header, '', ({ config }) => executive.buildGenesis(config)),
      },
    },
  }
}

function method<const F extends Fields, O>(
  inputs: F,
  output: Type<O>,
  docs: string,
  run: (inputs: InferFields<F>) => O,
): Method<F, O> {
  return { inputs, output, docs, run }
}

function bind({ inputs, output, run }: Method<Fields, unknown>): BoundMethod {
  const codec = fieldsCodec(inputs)
  return (input) => {
    const reader = new Reader(input)
    const values = codec.read(reader)
    reader.expectEnd()
    return output.encode(run(values))
  }
}
