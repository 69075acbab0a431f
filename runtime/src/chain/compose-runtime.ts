/** Makes a runtime from a list of pallets. */
import { CodecError } from '@pha/core/codec'
import { MultiSignature } from '@pha/core/protocol'
import { generated, type Type, t } from '@pha/core/schema'
import { AnyCall, type AnyPallet, type ComposedTypes } from '../frame/declare.ts'
import type { Runtime, RuntimeHost } from '../frame/host-interface.ts'
import { type AnyLogic, Execution, type ExposedBy, type RunningPallet } from '../frame/implement.ts'
import { encodeMetadata, METADATA_VERSIONS, type MetadataSource } from '../frame/metadata/metadata.ts'
import { RuntimeError } from '../frame/runtime-error.ts'
import { gatekeepersLogic } from '../pallets/gatekeepers/logic.ts'
import { registryLogic } from '../pallets/registry/logic.ts'
import { systemLogic } from '../pallets/system/logic.ts'
import { EventRecordsPlaceholder } from '../pallets/system/schema.ts'
import { timestampLogic } from '../pallets/timestamp/logic.ts'
import { transactionPaymentLogic } from '../pallets/transaction-payment/logic.ts'
import { EXTRINSIC_VERSION, UncheckedExtrinsic } from '../transaction/extrinsic.ts'
import { MultiAddress } from '../transaction/multi-address.ts'
import { codecs } from './codecs.ts'
import { bindDispatcher } from './dispatcher.ts'
import { Executive } from './executive.ts'
import { EXTENSIONS } from './extensions.ts'
import { brokenStatements } from './invariants.ts'
import { bindRuntimeApis } from './runtime-apis.ts'

export interface ComposedRuntime extends Runtime {
  /** Statements about the state that should always hold and don't; empty on a sound chain. Reads much: for tests. */
  brokenInvariants(host: RuntimeHost): string[]
}

const signatureType = t.named(['sp_runtime', 'MultiSignature'], MultiSignature)

/**
 * Binds pallets to each other and to the methods that a node calls.
 * `logics` implement exactly the pallets of `types`, each after those it depends on; hooks run in this order.
 * @throws RuntimeError `runtime.fault` if they don't
 */
export function composeRuntime<P extends readonly AnyPallet[]>(
  types: ComposedTypes<P>,
  logics: readonly AnyLogic[],
): ComposedRuntime {
  const execution = new Execution(codecs)
  const running = startAll(types.pallets, logics, execution)
  const system = exposedBy(running, systemLogic)
  const timestamp = exposedBy(running, timestampLogic)
  const payment = exposedBy(running, transactionPaymentLogic)
  const registry = exposedBy(running, registryLogic)
  const gatekeepers = exposedBy(running, gatekeepersLogic)
  const dispatcher = bindDispatcher(execution, [...running.values()])
  execution.bind(dispatcher)
  const executive = new Executive({
    execution,
    dispatcher,
    declarations: types.pallets,
    call: generated(codecs, types.RuntimeCall),
    running: [...running.values()],
    system,
    timestamp,
    payment,
  })

  const encoded = new Map<number, Uint8Array>()
  const { methods, described } = bindRuntimeApis({
    executive,
    system,
    payment,
    registry,
    gatekeepers,
    genesisConfig: types.GenesisConfig,
    metadataVersions: METADATA_VERSIONS,
    metadata(version) {
      const supported = METADATA_VERSIONS.find((known) => known === version)
      if (supported === undefined) return undefined
      const bytes = encoded.get(version) ?? encodeMetadata(source(), supported)
      encoded.set(version, bytes)
      return bytes
    },
  })
  const source = (): MetadataSource => ({
    types,
    apis: described,
    extrinsic: {
      type: UncheckedExtrinsic,
      version: EXTRINSIC_VERSION,
      address: MultiAddress,
      signature: signatureType,
      extensions: EXTENSIONS,
    },
    substitutes: new Map<Type<unknown>, Type<unknown>>([
      [EventRecordsPlaceholder, types.EventRecords],
      [AnyCall, types.RuntimeCall],
    ]),
  })

  return {
    call(host, name, input) {
      const method = methods.get(name)
      if (method === undefined) throw new RuntimeError('runtime.unknown-method', name)
      return execution.on(host, () => {
        try {
          return method(input)
        } catch (error) {
          if (error instanceof RuntimeError) throw error
          if (error instanceof CodecError) throw new RuntimeError('runtime.bad-input', name, { cause: error })
          throw new RuntimeError('runtime.fault', name, { cause: error })
        }
      })
    },
    brokenInvariants: (host) => execution.on(host, () => brokenStatements([...running.values()], system)),
  }
}

function startAll(
  declarations: readonly AnyPallet[],
  logics: readonly AnyLogic[],
  execution: Execution,
): ReadonlyMap<AnyLogic, RunningPallet<unknown>> {
  const running = new Map<AnyLogic, RunningPallet<unknown>>()
  for (const logic of logics) {
    const lookup = (dependency: AnyLogic): unknown => exposedBy(running, dependency)
    running.set(logic, logic.start(execution, lookup))
  }
  const implemented = new Set(logics.map(({ declaration }) => declaration))
  if (logics.length !== declarations.length || !declarations.every((declaration) => implemented.has(declaration))) {
    throw new RuntimeError('runtime.fault', 'the pallets declared and the pallets implemented differ')
  }
  return running
}

function exposedBy<L extends AnyLogic>(running: ReadonlyMap<AnyLogic, RunningPallet<unknown>>, logic: L): ExposedBy<L> {
  const pallet = running.get(logic)
  if (pallet === undefined) {
    throw new RuntimeError('runtime.fault', `${logic.declaration.name} is needed before it is in the list`)
  }
  return pallet.exposes as ExposedBy<L>
}
