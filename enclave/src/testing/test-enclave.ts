/** An enclave in the test's own process: the real service over real pipes, on a folder of its own. */
import { readFile } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { EnclaveStatus, FinalisedHeader } from '@pha/core/protocol'
import { Channel } from '../channel/channel.ts'
import { type Host, hostOver } from '../channel/host.ts'
import { type Executor, loadJsExecutor } from '../executors/index.ts'
import { type GatekeeperArithmetic, gatekeeperRole } from '../gatekeeper/gatekeeper.ts'
import { type LogFields, logger } from '../log.ts'
import { workerRole } from '../pruntime/worker.ts'
import { type EnclaveParts, EnclaveService, type Role } from '../service/enclave-service.ts'
import { simulatedTee } from '../tee/simulated.ts'
import type { TeeDriver } from '../tee/tee-driver.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { bytesOf, type TestChain } from './test-chain.ts'
import { TestHost } from './test-host.ts'

/** Stands for the measured bundle: any file will do. */
const bundle = fileURLToPath(import.meta.url)

const wasm = fileURLToPath(import.meta.resolve('@jitl/quickjs-wasmfile-release-sync/wasm'))
export const jsExecutor: Executor = loadJsExecutor(new Uint8Array(await readFile(wasm)))

export interface LogLine extends LogFields {
  readonly level: string
  readonly event: string
  readonly code?: string
}

export interface TestEnclaveInit {
  readonly kind: 'Worker' | 'Gatekeeper'
  readonly host: Host
  /** A folder to go on in. */
  readonly folder?: string
  readonly executor?: Executor
  /** Of a gatekeeper that lies. */
  readonly arithmetic?: GatekeeperArithmetic
  /** The simulated one if absent. */
  readonly tee?: TeeDriver
}

export class TestEnclave {
  readonly folder: string
  readonly tee: TeeDriver
  readonly log: LogLine[] = []
  readonly host: TestHost
  parts: EnclaveParts | undefined

  constructor({ kind, host, folder, executor = jsExecutor, arithmetic, tee }: TestEnclaveInit) {
    this.folder = folder ?? temporaryFolder()
    this.tee = tee ?? simulatedTee({ bundle, store: this.folder })
    const log = logger((line) => void this.log.push(JSON.parse(line) as LogLine))
    const makeRole = kind === 'Worker' ? workerRole({ executor, nowMs: Date.now }) : gatekeeperRole(arithmetic)
    const role = (parts: EnclaveParts): Role => {
      this.parts = parts
      return makeRole(parts)
    }
    const toEnclave = new PassThrough()
    const toHost = new PassThrough()
    const asked: Host = hostOver({ request: (body) => channel.request(body) })
    const service = new EnclaveService({ kind, folder: this.folder }, { host: asked, log, tee: this.tee, role })
    const channel: Channel = new Channel({
      input: toEnclave,
      output: toHost,
      serve: (request) => service.serve(request),
    })
    this.host = new TestHost(toHost, toEnclave, host)
  }

  start({ genesisHeader, genesisProof }: TestChain): Promise<EnclaveStatus> {
    return this.host.request({ type: 'Start', value: { operator: bytesOf('operator'), genesisHeader, genesisProof } })
  }

  async show(header: FinalisedHeader): Promise<void> {
    await this.host.request({ type: 'Finalised', value: header })
  }

  status(): Promise<EnclaveStatus> {
    return this.host.request({ type: 'Status' })
  }

  /** Codes that were logged, in order. */
  codes(): readonly (string | undefined)[] {
    return this.log.flatMap(({ code }) => (code === undefined ? [] : [code]))
  }
}
