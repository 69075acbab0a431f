import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { equalBytes, toHex, utf8Encode } from '@pha/core/codec'
import { cidOf, limits } from '@pha/core/protocol'
import fc from 'fast-check'
import { openBlobStore } from './blob-store.ts'
import { cidText, parseCidText } from './cid-text.ts'
import { fetchFromPeers } from './fetch-from-peers.ts'
import { findSnapshot, openSnapshotIndex, parseSnapshotPointer, snapshotPointerJson } from './snapshot-index.ts'

const blob = utf8Encode('a delta that only replicas can read')
const cid = cidOf(blob)
const name = cidText(cid) ?? ''

describe('the text of a CID', () => {
  it('is that of other multiformats tools', () => {
    // `ipfs add --raw-leaves --cid-version=1` of an empty file.
    equal(cidText(cidOf(new Uint8Array())), 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku')
  })

  it('leads back to the CID', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => deepEqual(parseCidText(cidText(cidOf(bytes)) ?? ''), cidOf(bytes))),
    )
  })

  it('is refused in every other spelling, and for other kinds of CID', () => {
    const refused = [
      '',
      name.toUpperCase(),
      ` ${name}`,
      `${name}\n`,
      name.slice(0, -1),
      `${name}a`,
      'QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR',
      'bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku',
      `../${name.slice(3)}`,
      `b${'.'.repeat(58)}`,
    ]
    for (const text of refused) equal(parseCidText(text), undefined, text)
    fc.assert(fc.property(fc.string(), (text) => parseCidText(text) === undefined))
    // The last letter carries two spare bits, which must be zero: 8 of 32 letters end a CID.
    const endings = [...'abcdefghijklmnopqrstuvwxyz234567'].map((last) => parseCidText(name.slice(0, -1) + last))
    equal(endings.filter((parsed) => parsed !== undefined).length, 8)
  })
})

describe('a blob store', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pha-blobs-'))
  })
  after(() => rm(folder, { recursive: true }))

  it('gives back what it keeps, after a restart too', async () => {
    const directory = join(folder, 'kept')
    await (await openBlobStore(directory)).put(cid, blob)
    const store = await openBlobStore(directory)
    deepEqual(await store.get(cid), blob)
    equal(await store.get(cidOf(utf8Encode('another'))), undefined)
    deepEqual(await readdir(directory), [name])
  })

  it('treats a damaged, cut, over-long or replaced file as absent, and mends it when the blob is put again', async () => {
    const directory = join(folder, 'damaged')
    const store = await openBlobStore(directory)
    const path = join(directory, name)
    const damages = [
      () => writeFile(path, utf8Encode('a lie')),
      () => truncate(path, 3),
      () => truncate(path, limits.blob + 1),
      async () => {
        await rm(path)
        await writeFile(join(folder, 'elsewhere'), blob)
        await symlink(join(folder, 'elsewhere'), path)
      },
    ]
    for (const damage of damages) {
      await store.put(cid, blob)
      deepEqual(await store.get(cid), blob)
      await damage()
      equal(await store.get(cid), undefined)
    }
    await store.put(cid, blob)
    deepEqual(await store.get(cid), blob)
    deepEqual(new Uint8Array(await readFile(join(folder, 'elsewhere'))), blob)
  })

  it('removes what a crash left half written', async () => {
    const directory = join(folder, 'crashed')
    await openBlobStore(directory)
    await writeFile(join(directory, `${name}.1.part`), 'half')
    await openBlobStore(directory)
    deepEqual(await readdir(directory), [])
  })

  it('refuses blobs under a CID of other bytes or another form, and blobs that are too large', async () => {
    const store = await openBlobStore(join(folder, 'refused'))
    await rejects(store.put(cid, utf8Encode('other bytes')), { code: 'blobs.wrong-cid' })
    await rejects(store.put(utf8Encode('../../../../etc/passwd'), blob), { code: 'blobs.bad-cid' })
    await rejects(store.put(cid.subarray(0, 35), blob), { code: 'blobs.bad-cid' })
    await rejects(store.put(cid, new Uint8Array(limits.blob + 1)), { code: 'blobs.too-large' })
    equal(await store.get(utf8Encode('../../../../etc/passwd')), undefined)
    deepEqual(await readdir(join(folder, 'refused')), [])
  })
})

describe('peers that are asked for a blob', () => {
  it('are believed only if the hash is right', async () => {
    await using liar = await serve((_, response) => response.end('a lie'))
    await using honest = await serve((request, response) => {
      if (request.url === `/blob/${name}`) response.end(blob)
      else response.writeHead(404).end()
    })
    equal(await fetchFromPeers(cid, [liar.url]), undefined)
    deepEqual(await fetchFromPeers(cid, [liar.url, honest.url]), blob)
  })

  it('cannot hold up, redirect, or fill the host', async () => {
    let redirected = false
    await using target = await serve((_, response) => {
      redirected = true
      response.end(blob)
    })
    await using silent = await serve(() => {})
    await using slow = await serve((_, response) => {
      response.write('.')
    })
    await using redirecting = await serve((_, response) => {
      response.writeHead(302, { location: `${target.url}/blob/${name}` }).end()
    })
    await using announcing = await serve((_, response) => {
      response.writeHead(200, { 'content-length': String(limits.blob + 1) }).flushHeaders()
    })
    await using cutting = await serve((request) => request.socket.destroy())
    const bad = [silent, slow, redirecting, announcing, cutting].map(({ url }) => url)
    const began = Date.now()
    equal(
      await fetchFromPeers(cid, [...bad, 'ftp://127.0.0.1', 'nonsense', 'http://u:p@127.0.0.1'], { timeoutMs: 100 }),
      undefined,
    )
    ok(Date.now() - began < 10_000, 'a third of what one of them would have by default')
    equal(redirected, false)
  })

  it('are not read beyond the largest size, whatever they go on to send', async () => {
    let sent = 0
    await using endless = await serve((_, response) => {
      const chunk = new Uint8Array(1_048_576)
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length
      }
      response.on('drain', more)
      more()
    })
    equal(await fetchFromPeers(cid, [endless.url]), undefined)
    ok(sent < 2 * limits.blob)
  })
})

describe('the index of snapshots', () => {
  const contract = new Uint8Array(32).fill(7)

  it('keeps the newest, durably', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pha-snapshots-'))
    const index = await openSnapshotIndex(folder)
    equal(await index.latest(contract), undefined)
    await index.keep(contract, { batch: 16, cid })
    await index.keep(contract, { batch: 15, cid: cidOf(utf8Encode('older')) })
    deepEqual(await (await openSnapshotIndex(folder)).latest(contract), { batch: 16, cid })
    await rm(folder, { recursive: true })
  })

  it('takes the newest claim of peers and ignores malformed ones', async () => {
    await using malformed = await serve((_, response) => response.end('{"batch":-1,"cid":"../x"}'))
    await using older = await serve((_, response) => response.end(snapshotPointerJson({ batch: 3, cid })))
    await using newer = await serve((_, response) => response.end(snapshotPointerJson({ batch: 4, cid })))
    const endpoints = [malformed, newer, older].map(({ url }) => url)
    deepEqual(await findSnapshot(contract, endpoints, async () => true), { batch: 4, cid })
  })

  it('takes an older claim rather than one whose blob nobody has', async () => {
    const missing = cidOf(utf8Encode('nobody has it'))
    await using liar = await serve((_, response) => response.end(snapshotPointerJson({ batch: 9, cid: missing })))
    await using honest = await serve((_, response) => response.end(snapshotPointerJson({ batch: 3, cid })))
    const asked: string[] = []
    const hasBlob = async (wanted: Uint8Array): Promise<boolean> => {
      asked.push(toHex(wanted))
      return equalBytes(wanted, cid)
    }
    const endpoints = [liar, liar, honest].map(({ url }) => url)
    deepEqual(await findSnapshot(contract, endpoints, hasBlob), { batch: 3, cid })
    deepEqual(asked, [missing, cid].map(toHex), 'each once')
    equal(await findSnapshot(contract, [liar.url], hasBlob), undefined)
  })

  it('survives any bytes where a pointer should be', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => parseSnapshotPointer(bytes) === undefined))
    fc.assert(
      fc.property(fc.json(), (text) => {
        parseSnapshotPointer(utf8Encode(text))
      }),
    )
  })
})

async function serve(listener: RequestListener): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
