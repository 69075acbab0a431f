import { deepEqual, equal, rejects } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { concatBytes, fromHex, toHex, utf8Encode } from '@pha/core/codec'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { measureEnclaveImage } from './enclave-image.ts'

const vector: { image: string; pcrs: string[] } = JSON.parse(
  readFileSync(new URL('../../../../vectors/measurement/nitro-eif.json', import.meta.url), 'utf8'),
)

interface Section {
  readonly type: number
  readonly content: string
}
const KERNEL: Section = { type: 1, content: 'a kernel' }
const COMMAND_LINE: Section = { type: 2, content: 'reboot=k' }
const RAMDISKS: readonly Section[] = ['first', 'second', 'third'].map((content) => ({ type: 3, content }))
const SIGNATURE: Section = { type: 4, content: 'signed' }
const METADATA: Section = { type: 5, content: '{}' }

function imageOf(sections: readonly Section[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(548))
  header.setUint32(0, 0x2e656966)
  header.setUint16(4, 4)
  header.setUint16(26, sections.length)
  let position = 548
  const parts = sections.map(({ type, content }, i) => {
    const section = new DataView(new ArrayBuffer(12))
    section.setUint16(0, type)
    section.setBigUint64(4, BigInt(content.length))
    header.setBigUint64(28 + 8 * i, BigInt(position))
    header.setBigUint64(284 + 8 * i, BigInt(content.length))
    position += 12 + content.length
    return concatBytes(new Uint8Array(section.buffer), utf8Encode(content))
  })
  return concatBytes(new Uint8Array(header.buffer), ...parts)
}

async function measured(image: Uint8Array): Promise<readonly string[]> {
  const file = join(temporaryFolder(), 'image.eif')
  writeFileSync(file, image)
  return (await measureEnclaveImage(file)).map(toHex)
}

function extended(...sections: readonly Section[]): string {
  const inner = createHash('sha384').update(sections.map(({ content }) => content).join(''))
  return `0x${createHash('sha384').update(new Uint8Array(48)).update(inner.digest()).digest('hex')}`
}

describe('an enclave image file', () => {
  it('has the registers that the vendor’s own builder states', async () => {
    deepEqual(await measured(fromHex(vector.image)), vector.pcrs)
  })

  it('has all of its program in PCR0, the boot in PCR1 and the application in PCR2', async () => {
    const [first, second, third] = RAMDISKS as [Section, Section, Section]
    deepEqual(await measured(imageOf([KERNEL, COMMAND_LINE, METADATA, first, second, third, SIGNATURE])), [
      extended(KERNEL, COMMAND_LINE, first, second, third),
      extended(KERNEL, COMMAND_LINE, first),
      extended(second, third),
    ])
  })

  it('has the same registers with other metadata or signature', async () => {
    const image = (metadata: string) => imageOf([KERNEL, COMMAND_LINE, { ...METADATA, content: metadata }, ...RAMDISKS])
    deepEqual(await measured(image('{"BuildTime":"now"}')), await measured(image('{}')))
  })

  it('is refused if it is cut, goes on after its end, or its header names other places', async () => {
    const image = imageOf([KERNEL, COMMAND_LINE, METADATA, ...RAMDISKS])
    for (let length = 0; length < image.length; length += 7) {
      await rejects(measured(image.subarray(0, length)), { code: 'packaging.bad-eif' }, `${length} bytes`)
    }
    await rejects(measured(concatBytes(image, Uint8Array.of(0))), { code: 'packaging.bad-eif' })
    for (const at of [0, 27, 35, 291, 548, 549, 552, 559]) {
      const edited = image.slice()
      edited[at] = (edited[at] ?? 0) ^ 0x40
      await rejects(measured(edited), { code: 'packaging.bad-eif' }, `byte ${at}`)
    }
  })

  it('is refused without a kernel, a command line and a ramdisk, and with two kernels', async () => {
    for (const sections of [
      [],
      [COMMAND_LINE, ...RAMDISKS],
      [KERNEL, ...RAMDISKS],
      [KERNEL, COMMAND_LINE],
      [KERNEL, KERNEL, COMMAND_LINE, ...RAMDISKS],
    ]) {
      await rejects(measured(imageOf(sections)), { code: 'packaging.bad-eif' })
    }
    await rejects(measureEnclaveImage(temporaryFolder()), { code: 'packaging.no-file' })
    equal((await measured(imageOf([KERNEL, COMMAND_LINE, ...RAMDISKS]))).length, 3)
  })
})
