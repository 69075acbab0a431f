/**
 * Gramine's pseudo-files, after its libos/src/fs/dev/attestation.c: report data is saved when its descriptor is closed and
 * filled up with zeros, a quote is made when `quote` is opened, of the report data as they are then, for all.
 */
import { concatBytes, utf8Encode } from '@pha/core/codec'
import type { SystemCalls } from '../tee/system-calls.ts'
import { errno } from './errno.ts'
import { filler, sgxQuote } from './test-evidence.ts'

const FOLDER = '/dev/attestation'

interface OpenFile {
  readonly name: string
  readonly content: Uint8Array
  position: number
  readonly written: Uint8Array[]
}

export interface Gramine {
  /** Of the manifest: `none`, `epid` or `dcap`. */
  readonly attestation?: string
  /** What runs: MRENCLAVE and its sealing key follow from it. */
  readonly program?: string
}

export class TestGramine implements SystemCalls {
  readonly #open = new Map<number, OpenFile>()
  readonly #attestation: string
  readonly #program: string
  #reportData = new Uint8Array(64)
  #nextDescriptor = 3
  /** Errors of the quoting service for the quotes to come. */
  readonly failures: string[] = []
  /** How many bytes the next write(2) takes. */
  takes: number | undefined
  quotes = 0

  constructor({ attestation = 'dcap', program = 'a program' }: Gramine = {}) {
    this.#attestation = attestation
    this.#program = program
  }

  get leftovers(): number {
    return this.#open.size
  }

  exists(path: string): boolean {
    return path === FOLDER || this.#names().has(path)
  }

  socketPath(path: string): string {
    return path
  }

  open(path: string, mode: 'read' | 'write'): number {
    if (!this.#names().has(path)) throw errno('ENOENT')
    const name = path.slice(FOLDER.length + 1)
    if (mode === 'write' && name !== 'user_report_data') throw errno('EACCES')
    const descriptor = this.#nextDescriptor++
    this.#open.set(descriptor, { name, content: this.#load(name), position: 0, written: [] })
    return descriptor
  }

  async read(descriptor: number, into: Uint8Array): Promise<number> {
    const file = this.#file(descriptor)
    await new Promise((resolve) => setImmediate(resolve))
    const part = file.content.subarray(file.position, file.position + into.length)
    into.set(part)
    file.position += part.length
    return part.length
  }

  write(descriptor: number, bytes: Uint8Array): number {
    const taken = bytes.slice(0, this.takes)
    this.takes = undefined
    this.#file(descriptor).written.push(taken)
    return taken.length
  }

  close(descriptor: number): void {
    const { written } = this.#file(descriptor)
    this.#open.delete(descriptor)
    if (written.length === 0) return
    this.#reportData = new Uint8Array(64)
    this.#reportData.set(concatBytes(...written).subarray(0, 64))
  }

  makeDirectory(): void {
    throw errno('EACCES')
  }

  removeDirectory(): void {
    throw errno('EACCES')
  }

  #names(): ReadonlySet<string> {
    const names = ['attestation_type', 'user_report_data', 'quote', 'keys/_sgx_mrenclave', 'keys/_sgx_mrsigner']
    return new Set(names.map((name) => `${FOLDER}/${name}`))
  }

  #load(name: string): Uint8Array {
    switch (name) {
      case 'attestation_type':
        return utf8Encode(this.#attestation)
      case 'user_report_data':
        return this.#reportData
      case 'keys/_sgx_mrenclave':
        return filler(`sealing key of ${this.#program}`, 16)
      case 'keys/_sgx_mrsigner':
        return filler('sealing key of its signer', 16)
      default: {
        const failure = this.failures.shift()
        if (failure !== undefined) throw errno(failure)
        this.quotes++
        return sgxQuote(this.#reportData, filler(`MRENCLAVE of ${this.#program}`, 32))
      }
    }
  }

  #file(descriptor: number): OpenFile {
    const file = this.#open.get(descriptor)
    if (file === undefined) throw errno('EBADF')
    return file
  }
}
