import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { blastRadiiText, blastRadiusText } from './blast-radius.ts'

type One = Parameters<typeof blastRadiusText>[0]

const contract = new Uint8Array(32).fill(9)
const opened = {
  contract,
  epochs: [{ epoch: 3, standing: { type: 'InForce' }, sealed: { commands: 2n, bytes: 350n } }],
  closed: { commands: 0n, bytes: 0n },
  uncounted: 0n,
  deltas: 4,
} as const
const share = { holders: { type: 'Gatekeepers' }, root: 1, held: 0, threshold: 3, members: 5 } as const
const sum = { contracts: 1, commands: 2n, bytes: 350n, uncounted: 0n, deltas: 4 }
const nothing = { contracts: 0, commands: 0n, bytes: 0n, uncounted: 0n, deltas: 0 }

const worker: One = {
  url: 'ws://127.0.0.1:9944',
  broken: 'worker',
  identity: `0x${'05'.repeat(32)}`,
  tee: 'Simulated',
  radius: { shares: [share], hasRoot: false, contracts: [opened] },
  sum,
  threshold: { ...sum, contracts: 7, commands: 70n, bytes: 9_000n },
}
const gatekeeper: One = {
  ...worker,
  broken: 'gatekeeper',
  radius: { shares: [{ ...share, held: 1 }], hasRoot: false, contracts: [] },
  sum: nothing,
}

describe('what pha keys blast-radius prints', () => {
  it('of a worker: contracts, epochs, commands and bytes, and what it does not count', () => {
    const text = blastRadiusText(worker)
    match(text, /^worker {2}0x0505.* {2}TEE SIMULATED$/m)
    match(text, /opens 1 contracts with 2 commands, 350 bytes of ciphertext on chain/)
    match(text, /0x09.* {2}epoch 3 {2}InForce {2}2 commands {2}350 bytes {2}4 deltas at most/)
    match(text, /not counted: bytes of states/)
    match(text, /not proven/)
    doesNotMatch(text, /shares of root/)
  })

  it('of a gatekeeper: nothing alone, how many more are needed, and what they would open', () => {
    const text = blastRadiusText(gatekeeper)
    match(text, /opens no contract/)
    match(text, /holds 1 of 5 shares of root 1: alone they open nothing, 2 more are needed/)
    match(text, /enough gatekeepers would open 7 contracts with 70 commands, 9000 bytes/)
  })

  it('names messages that nobody counted', () => {
    match(blastRadiusText({ ...worker, sum: { ...sum, uncounted: 12n } }), /12 messages from before/)
  })

  it('of all: who opens most stands first, and everything is said in capitals', () => {
    const rows = [
      { broken: 'all of vendor', tee: 'Simulated', radius: { ...worker.radius, hasRoot: true }, sum },
      { ...worker },
      { ...gatekeeper },
    ]
    const lines = blastRadiiText({ url: 'ws://x', complete: false, rows }).split('\n')
    match(lines[0] ?? '', /EVERYTHING/)
    match(lines[2] ?? '', /gatekeeper.*0 contracts.*shares 1, needed 3/)
    equal(lines[3], 'the node left enclaves out: these are not all')
    deepEqual([...new Set(lines.slice(0, 3).map((line) => line.indexOf('TEE')))].length, 1)
  })
})
