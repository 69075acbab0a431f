import { deepEqual, equal, rejects } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, lstatSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { concatBytes, utf8Encode } from '@pha/core/codec'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { type TarEntry, tar } from './tar.ts'

async function bytesOf(entries: readonly TarEntry[]): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of tar(entries)) parts.push(part)
  return concatBytes(...parts)
}

/** A file of this machine, with a time and a mode of its own. */
function fileOf(content: string, mode: number, time: number): { readonly file: string; readonly size: number } {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, content)
  chmodSync(file, mode)
  utimesSync(file, time, time)
  return { file, size: content.length }
}

describe('an archive', () => {
  it('is unpacked by tar: content, modes and the time 0', async () => {
    const folder = temporaryFolder()
    const archive = await bytesOf([
      { type: 'folder', path: 'a', mode: 0o750, owner: 0 },
      { type: 'file', path: 'a/long', mode: 0o555, content: fileOf('x'.repeat(5_000), 0o600, 1_000) },
      { type: 'file', path: 'a/block', mode: 0o444, content: utf8Encode('y'.repeat(512)) },
      { type: 'file', path: 'empty', mode: 0o400, content: new Uint8Array() },
    ])
    execFileSync('tar', ['-xpf', '-', '--no-same-owner', '-C', folder], { input: archive })
    equal(readFileSync(join(folder, 'a/long'), 'utf8'), 'x'.repeat(5_000))
    equal(readFileSync(join(folder, 'a/block'), 'utf8'), 'y'.repeat(512))
    equal(readFileSync(join(folder, 'empty'), 'utf8'), '')
    deepEqual(
      ['a', 'a/long', 'a/block', 'empty'].map((path) => lstatSync(join(folder, path)).mode & 0o777),
      [0o750, 0o555, 0o444, 0o400],
    )
    equal(lstatSync(join(folder, 'a/long')).mtimeMs, 0)
  })

  it('is the same whatever the order, times and modes on this machine', async () => {
    const entries = (mode: number, time: number): TarEntry[] => [
      { type: 'file', path: 'b', mode: 0o444, content: fileOf('content', mode, time) },
      { type: 'folder', path: 'a', mode: 0o755, owner: 7 },
    ]
    deepEqual(await bytesOf(entries(0o600, 1_000)), await bytesOf(entries(0o777, 2_000_000_000).reverse()))
  })

  it('refuses a file that changes while it is read, and names that do not fit', async () => {
    const { file, size } = fileOf('content', 0o600, 0)
    await rejects(
      bytesOf([{ type: 'file', path: 'b', mode: 0o444, content: { file, size: size + 1 } }]),
      /7 bytes, not 8/,
    )
    await rejects(bytesOf([{ type: 'folder', path: 'a'.repeat(100), mode: 0o755, owner: 0 }]), /longer than 100/)
  })
})
