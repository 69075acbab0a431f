import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { Secret } from '@pha/core/crypto'
import { EMPTY_TOPIC } from '@pha/core/protocol'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { bytesOf } from '../testing/test-chain.ts'
import { SealedStore, type Stored } from './sealed-store.ts'

const genesis = bytesOf('genesis')
const stored: Stored = {
  genesis,
  identitySeed: Secret.from(bytesOf('identity')),
  agreement: {
    listed: Secret.from(bytesOf('agreement')),
    next: undefined,
    former: { seed: Secret.from(bytesOf('former agreement')), until: 9 },
  },
  checkpoint: { number: 7, hash: bytesOf('block'), stateRoot: bytesOf('state') },
  contractKeys: [{ contract: bytesOf('contract'), epoch: 0, key: Secret.from(new Uint8Array(64).fill(9)) }],
  shares: [],
  ceremony: undefined,
  gatekeeperTopic: EMPTY_TOPIC,
}

const newFolder = temporaryFolder

function storeIn(folder: string, sealingKey = 'key', kind: 'Worker' | 'Gatekeeper' = 'Worker'): SealedStore {
  return new SealedStore({ folder, kind, sealingKey: Secret.from(bytesOf(sealingKey)) })
}

describe('the sealed store', () => {
  it('gives back what was written last, and nothing when nothing was written', () => {
    const store = storeIn(newFolder())
    equal(store.read(genesis), undefined)
    store.write(stored)
    const share = Secret.from(bytesOf('share'))
    store.write({ ...stored, shares: [{ root: 1, sharing: 2, share }] })
    const kept = store.read(genesis)
    deepEqual(kept?.checkpoint, stored.checkpoint)
    ok(kept?.identitySeed.equals(stored.identitySeed))
    ok(kept?.shares[0]?.share.equals(share))
    ok(kept?.agreement.listed?.equals(Secret.from(bytesOf('agreement'))))
    deepEqual([kept?.agreement.next, kept?.agreement.former?.until], [undefined, 9])
  })

  it('hides what it holds, in a file of the owner alone', () => {
    const folder = newFolder()
    storeIn(folder).write(stored)
    const file = join(folder, 'sealed.store')
    equal(readFileSync(file).includes(Buffer.from(bytesOf('identity'))), false)
    equal(statSync(file).mode & 0o777, 0o600)
  })

  it('refuses a file that was changed anywhere, cut, or emptied: it never makes new keys over it', () => {
    const folder = newFolder()
    storeIn(folder).write(stored)
    const file = join(folder, 'sealed.store')
    const bytes = readFileSync(file)
    for (let at = 0; at < bytes.length; at += 7) {
      writeFileSync(
        file,
        bytes.map((byte, i) => (i === at ? byte ^ 1 : byte)),
      )
      throws(() => storeIn(folder).read(genesis), { code: 'store.unreadable' })
    }
    for (const length of [0, 3, 20, bytes.length - 1]) {
      writeFileSync(file, bytes.subarray(0, length))
      throws(() => storeIn(folder).read(genesis), { code: 'store.unreadable' })
    }
  })

  it('refuses a file of another program, machine, kind of enclave, or chain', () => {
    const folder = newFolder()
    storeIn(folder).write(stored)
    throws(() => storeIn(folder, 'other key').read(genesis), { code: 'store.unreadable' })
    throws(() => storeIn(folder, 'key', 'Gatekeeper').read(genesis), { code: 'store.unreadable' })
    throws(() => storeIn(folder).read(bytesOf('other genesis')), { code: 'store.other-chain' })
  })
})
