import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createCustodianKey, showCustodianKey } from './custodian.ts'
import { createKey, listKeys, loadSigner } from './keys.ts'

let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pha-keys-'))
  process.env['PHA_KEYS'] = folder
})
after(async () => {
  delete process.env['PHA_KEYS']
  await rm(folder, { recursive: true })
})

describe('keys', () => {
  it('are written for their owner only, and never over an older one', async () => {
    const made = await createKey('ann')
    equal((await stat(join(folder, 'ann.key'))).mode & 0o777, 0o600)
    const before = await readFile(join(folder, 'ann.key'))
    await rejects(createKey('ann'), { code: 'cli.key-exists' })
    deepEqual(await readFile(join(folder, 'ann.key')), before)
    deepEqual(await listKeys(), [made])
  })

  it('are refused when others could read them', async () => {
    await createKey('open')
    await chmod(join(folder, 'open.key'), 0o644)
    await rejects(loadSigner('open'), { code: 'cli.key-readable' })
    await rm(join(folder, 'open.key'))
  })

  it('of custodians are apart from accounts, as well kept, and shown by their public part only', async () => {
    const made = await createCustodianKey('ann')
    equal((await stat(join(folder, 'ann.custodian'))).mode & 0o777, 0o600)
    equal(made.recipient.length, 2 + 2 * 1_216)
    deepEqual(await showCustodianKey('ann'), made)
    await rejects(createCustodianKey('ann'), { code: 'cli.key-exists' })
    await rejects(showCustodianKey('ben'), { code: 'cli.key-unknown', fix: 'pha keys custodian new ben' })
    deepEqual(
      (await listKeys()).map(({ name }) => name),
      ['ann'],
    )
  })

  it('have names that no path can be made of', async () => {
    for (const name of ['../ann', 'a/b', '', '.', 'ANN', 'x'.repeat(40)]) {
      await rejects(createKey(name), { code: 'cli.bad-argument' })
      await rejects(loadSigner(name), { code: 'cli.bad-argument' })
      await rejects(createCustodianKey(name), { code: 'cli.bad-argument' })
    }
    deepEqual((await readdir(folder)).sort(), ['ann.custodian', 'ann.key'])
  })

  it('show no secret when they are printed', async () => {
    const seed = (await readFile(join(folder, 'ann.key'), 'utf8')).trim()
    const printed = JSON.stringify(await listKeys()) + JSON.stringify(await loadSigner('ann'))
    ok(!printed.includes(seed.slice(2, 18)))
    match(seed, /^0x[0-9a-f]{64}$/)
  })

  it('of development networks are the well-known ones', async () => {
    equal((await loadSigner('//Alice')).publicKey[0], 0xd4)
  })
})
