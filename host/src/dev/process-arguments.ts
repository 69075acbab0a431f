/** How the processes of a development network are started. */
import { fileURLToPath } from 'node:url'
import { NODE_FLAG } from '../node/process-flags.ts'
import type { NetworkFiles } from './network-files.ts'

const NODE_MAIN = program('../node/main.ts')
const WORKER_MAIN = program('../worker/main.ts')
const GATEKEEPERS_MAIN = program('gatekeepers/main.ts')

/** A young generation of its later size from the beginning: loading modules then takes a sixth less CPU time. */
const YOUNG_GENERATION = '--min-semi-space-size=16'

export interface Host {
  readonly name: string
  readonly port: number
  /** As the chain lists it. */
  readonly url: string
  /** Where it listens. */
  readonly localUrl: string
}

export function nodeArgs({ nodeDir, chainFile, authorityKey }: NetworkFiles, port: number): readonly string[] {
  return [
    ...[YOUNG_GENERATION, NODE_FLAG],
    NODE_MAIN,
    // Several networks share this machine; who wants metrics runs the node by itself.
    ...['--base-path', nodeDir, '--no-prometheus'],
    ...['--chain', chainFile],
    ...['--authority-key', authorityKey],
    ...['--port', String(port)],
  ]
}

export interface HostArgs {
  readonly bundle: string
  readonly nodeUrl: string
}

export function workerArgs(
  files: NetworkFiles,
  { bundle, nodeUrl }: HostArgs,
  { name, port, url }: Host,
): readonly string[] {
  return [
    YOUNG_GENERATION,
    WORKER_MAIN,
    ...['--data', files.hostDir(name)],
    ...['--operator-key', files.keyFile(name)],
    ...['--bundle', bundle],
    ...['--node', nodeUrl],
    ...['--port', String(port)],
    ...['--public-url', url],
    '--show-seen',
  ]
}

export function gatekeepersArgs(
  files: NetworkFiles,
  { bundle, nodeUrl }: HostArgs,
  hosts: readonly Host[],
): readonly string[] {
  return [
    YOUNG_GENERATION,
    GATEKEEPERS_MAIN,
    ...['--bundle', bundle],
    ...['--node', nodeUrl],
    ...hosts.flatMap(({ name, port, url }) => [
      ...['--data', files.hostDir(name)],
      ...['--operator-key', files.keyFile(name)],
      ...['--port', String(port)],
      ...['--public-url', url],
    ]),
  ]
}

function program(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
