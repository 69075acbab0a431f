/**
 * A kernel with configfs and one TSM provider, after Linux 6.12: drivers/virt/coco/tsm.c for what attributes mean and
 * fs/configfs/file.c for when: text is stored by each write(2); a binary attribute is collected and stored when its
 * descriptor is closed, and the error of that is told to nobody; a binary one is made at the first read of a descriptor,
 * which keeps it.
 */
import { concatBytes, utf8Decode, utf8Encode } from '@pha/core/codec'
import type { SystemCalls } from '../tee/system-calls.ts'
import { errno } from './errno.ts'

const FOLDER = '/sys/kernel/config/tsm/report'
const INBLOB_MAX = 64
const PRIVLEVEL_MAX = 3
const PAGE = 4096

export interface Provider {
  readonly name: string
  /** SEV-SNP only: the lowest level that may be asked for; `undefined` hides the attributes of levels. */
  readonly floor?: number
  /** SEV-SNP only. */
  readonly certificates?: Uint8Array
  /** `report_new`: what the TEE says about these bytes. */
  report(inblob: Uint8Array, privlevel: number): Uint8Array
}

/** `tsm_report_state` and its `tsm_report`. */
interface Item {
  inblob: Uint8Array
  privlevel: number
  writeGeneration: bigint
  readGeneration: bigint
  outblob: Uint8Array | undefined
}

interface OpenFile {
  readonly item: Item
  readonly folder: string
  readonly attribute: string
  readonly mode: 'read' | 'write'
  /** Of a binary attribute in reading: what this descriptor shows. */
  content: Uint8Array | undefined
  position: number
  /** Of a binary attribute in writing. */
  readonly collected: Uint8Array[]
}

const BINARY: ReadonlySet<string> = new Set(['inblob', 'outblob', 'auxblob'])
const WRITABLE: ReadonlySet<string> = new Set(['inblob', 'privlevel'])

export class TestTsm implements SystemCalls {
  readonly #items = new Map<string, Item>()
  readonly #open = new Map<number, OpenFile>()
  #nextDescriptor = 3
  /** None: the module is loaded and no TEE registered with it. */
  readonly provider: Provider | undefined
  /** Errors of the TEE for the reports to come, the first one next. */
  readonly failures: string[] = []
  /** Of requests that are made from now on: 1 makes the kernel refuse writes, as after 2^64 of them without a read. */
  readGenerationOfNew = 0n
  /** Called before a read; may write into somebody else's request, as another process could. */
  beforeRead: ((folder: string, attribute: string) => void) | undefined
  /** How many bytes the next write(2) takes. */
  takes: number | undefined
  made = 0

  constructor(provider: Provider | undefined) {
    this.provider = provider
  }

  /** Requests that nobody removed, and descriptors that nobody closed. */
  get leftovers(): number {
    return this.#items.size + this.#open.size
  }

  exists(path: string): boolean {
    if (path === FOLDER) return true
    const [folder, attribute] = split(path)
    return this.#items.has(folder) && this.#attributes().has(attribute)
  }

  makeDirectory(path: string): void {
    const [parent] = split(path)
    if (parent !== FOLDER) throw errno('EPERM')
    if (this.provider === undefined) throw errno('ENXIO')
    if (this.#items.has(path)) throw errno('EEXIST')
    this.made++
    const empty = { inblob: new Uint8Array(), privlevel: 0, outblob: undefined }
    this.#items.set(path, { ...empty, writeGeneration: 0n, readGeneration: this.readGenerationOfNew })
  }

  removeDirectory(path: string): void {
    if (!this.#items.delete(path)) throw errno('ENOENT')
  }

  socketPath(path: string): string {
    return path
  }

  open(path: string, mode: 'read' | 'write'): number {
    const [folder, attribute] = split(path)
    const item = this.#items.get(folder)
    if (item === undefined || !this.#attributes().has(attribute)) throw errno('ENOENT')
    if (WRITABLE.has(attribute) !== (mode === 'write')) throw errno('EACCES')
    const descriptor = this.#nextDescriptor++
    this.#open.set(descriptor, { item, folder, attribute, mode, content: undefined, position: 0, collected: [] })
    return descriptor
  }

  async read(descriptor: number, into: Uint8Array): Promise<number> {
    const file = this.#file(descriptor)
    this.beforeRead?.(file.folder, file.attribute)
    // What the real one does while the hypervisor makes a quote.
    await new Promise((resolve) => setImmediate(resolve))
    file.content ??= this.#show(file.item, file.attribute)
    const part = file.content.subarray(file.position, file.position + Math.min(into.length, PAGE))
    into.set(part)
    file.position += part.length
    return part.length
  }

  write(descriptor: number, bytes: Uint8Array): number {
    const { attribute, item, collected } = this.#file(descriptor)
    const taken = bytes.slice(0, this.takes)
    this.takes = undefined
    if (!BINARY.has(attribute)) this.#store(item, attribute, taken)
    else if (taken.length > INBLOB_MAX) throw errno('EFBIG')
    else collected.push(taken)
    return taken.length
  }

  close(descriptor: number): void {
    const { attribute, item, collected } = this.#file(descriptor)
    this.#open.delete(descriptor)
    if (collected.length === 0) return
    try {
      this.#store(item, attribute, concatBytes(...collected))
    } catch {
      // "result of ->release() is ignored"
    }
  }

  /** As if the kernel had kept bytes of an earlier request. */
  forceInblob(folder: string): void {
    const item = this.#items.get(folder)
    if (item !== undefined) item.inblob = new Uint8Array(INBLOB_MAX)
  }

  #file(descriptor: number): OpenFile {
    const file = this.#open.get(descriptor)
    if (file === undefined) throw errno('EBADF')
    return file
  }

  /** What the provider makes visible. */
  #attributes(): ReadonlySet<string> {
    const levels = this.provider?.floor === undefined ? [] : ['privlevel', 'privlevel_floor', 'auxblob']
    return new Set(['inblob', 'outblob', 'generation', 'provider', ...levels])
  }

  #show(item: Item, attribute: string): Uint8Array {
    switch (attribute) {
      case 'provider':
        return utf8Encode(`${this.provider?.name}\n`)
      case 'generation':
        return utf8Encode(`${item.writeGeneration}\n`)
      case 'privlevel_floor':
        return utf8Encode(`${this.provider?.floor}\n`)
      case 'auxblob':
        this.#report(item)
        return this.provider?.certificates ?? new Uint8Array()
      default:
        return this.#report(item)
    }
  }

  #report(item: Item): Uint8Array {
    if (item.inblob.length === 0) throw errno('EINVAL')
    if (item.outblob !== undefined && item.readGeneration === item.writeGeneration) return item.outblob
    item.outblob = undefined
    const failure = this.failures.shift()
    if (failure !== undefined) throw errno(failure)
    const { provider } = this
    if (provider === undefined || item.inblob.length !== INBLOB_MAX || item.privlevel < (provider.floor ?? 0)) {
      throw errno('EINVAL')
    }
    item.outblob = provider.report(item.inblob, item.privlevel)
    item.readGeneration = item.writeGeneration
    return item.outblob
  }

  #store(item: Item, attribute: string, value: Uint8Array): void {
    const level = attribute === 'privlevel' ? Number(utf8Decode(value)) : undefined
    if (level !== undefined && !(level >= (this.provider?.floor ?? 0) && level <= PRIVLEVEL_MAX)) throw errno('EINVAL')
    if (item.writeGeneration === item.readGeneration - 1n) throw errno('EBUSY')
    item.writeGeneration++
    if (level === undefined) item.inblob = value
    else item.privlevel = level
  }
}

function split(path: string): readonly [folder: string, attribute: string] {
  const at = path.lastIndexOf('/')
  return [path.slice(0, at), path.slice(at + 1)]
}
