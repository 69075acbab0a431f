/** Kernel attributes, read and written as their kernels want it: each through one descriptor. */
import { concatBytes, utf8Decode } from '@pha/core/codec'
import { teeLimits } from './limits.ts'
import type { SystemCalls } from './system-calls.ts'
import { TeeError } from './tee-error.ts'

/** What the kernel hands out at once. */
const PAGE = 4096

/**
 * All bytes of an attribute. A kernel makes the content at the first read of a descriptor and keeps it there, so a
 * second descriptor could show half of another answer; what `stat` says of its size is not true.
 *
 * @throws TeeError `tee.oversize` above `bound`; the error of the system call
 */
export async function readWhole(calls: SystemCalls, path: string, bound: number): Promise<Uint8Array> {
  const descriptor = calls.open(path, 'read')
  try {
    const pages: Uint8Array[] = []
    for (let length = 0; ; ) {
      const page = new Uint8Array(PAGE)
      const count = await calls.read(descriptor, page)
      if (count === 0) return concatBytes(...pages)
      length += count
      if (length > bound) throw new TeeError('tee.oversize', `${path} has more than ${bound} bytes`)
      pages.push(page.subarray(0, count))
    }
  } finally {
    calls.close(descriptor)
  }
}

/** A name or number: text without its line end. */
export async function readText(calls: SystemCalls, path: string): Promise<string> {
  return utf8Decode(await readWhole(calls, path, teeLimits.attribute)).trim()
}

/**
 * Writes an attribute by one write(2): a second one would be a second value, not the rest of the first.
 * @throws TeeError `tee.failed` if the kernel took only a part; the error of the system call
 */
export function writeAtOnce(calls: SystemCalls, path: string, bytes: Uint8Array): void {
  const descriptor = calls.open(path, 'write')
  let count: number
  try {
    count = calls.write(descriptor, bytes)
  } finally {
    calls.close(descriptor)
  }
  if (count !== bytes.length) throw new TeeError('tee.failed', `${path} took ${count} of ${bytes.length} bytes`)
}
