/** Real evidence with changes: of bits, fields, lengths, texts, parts of other cases, and of the time. */
import type { DcapCollateral } from '@pha/core/attestation'
import { readCase } from '@pha/core/attestation/node'
import { evidenceFolders } from '../evidence-folders.ts'
import type { Random } from '../scale/random.ts'
import type { DcapInput } from './dcap-input.ts'

/** The cases as they are, those that must be refused among them: some had their list of PCKs changed. */
export function genuineInputs(): readonly DcapInput[] {
  return ['intel-sgx', 'intel-tdx'].flatMap(evidenceFolders).flatMap((folder) => {
    const { evidence, collateral, now } = readCase(folder)
    if (collateral.type !== 'Dcap' || (evidence.type !== 'Sgx' && evidence.type !== 'Tdx')) return []
    return [{ tee: evidence.type, quote: evidence.quote, collateral: collateral.dcap, now, change: 'pckCrl: as it is' }]
  })
}

/** @param genuine evidence that verifies */
export function changedInput(genuine: readonly DcapInput[], random: Random): DcapInput {
  const input = random.pick(genuine)
  return random.pick(CHANGES)(input, random.pick(genuine), random)
}

type Change = (input: DcapInput, other: DcapInput, random: Random) => DcapInput

const BYTE_PARTS = ['tcbInfo', 'tcbInfoSignature', 'qeIdentity', 'qeIdentitySignature', 'rootCaCrl', 'pckCrl'] as const
const CHAIN_PARTS = ['tcbInfoIssuerChain', 'qeIdentityIssuerChain', 'pckCrlIssuerChain', 'pckCertificateChain'] as const
const PARTS = [...BYTE_PARTS, ...CHAIN_PARTS] as const

const CHANGES: readonly Change[] = [
  changeQuote,
  changeQuote,
  changeQuote,
  changeBytePart,
  changeBytePart,
  changeChain,
  swapPart,
  swapPart,
  swapAll,
  leaveOut,
  moveTime,
  moveTime,
]

function changeQuote(input: DcapInput, _: DcapInput, random: Random): DcapInput {
  const [quote, how] = changeBytes(input.quote, random)
  return { ...input, quote, change: `quote: ${how}` }
}

function changeBytePart(input: DcapInput, _: DcapInput, random: Random): DcapInput {
  const part = random.pick(BYTE_PARTS)
  const bytes = input.collateral[part] ?? new Uint8Array(0)
  const isText = part === 'tcbInfo' || part === 'qeIdentity'
  const [changed, how] = isText && random.oneIn(2) ? changeText(bytes, random) : changeBytes(bytes, random)
  return withPart(input, { [part]: changed }, `${part}: ${how}`)
}

function changeChain(input: DcapInput, _: DcapInput, random: Random): DcapInput {
  const part = random.pick(CHAIN_PARTS)
  const chain = [...(input.collateral[part] ?? [])]
  const at = random.below(chain.length + 1)
  if (random.oneIn(3)) {
    const [removed] = chain.splice(at, 1)
    if (removed !== undefined && random.oneIn(2)) chain.splice(random.below(chain.length + 1), 0, removed)
    return withPart(input, { [part]: chain }, `${part}: order`)
  }
  const certificate = chain[at]
  if (certificate === undefined) return withPart(input, { [part]: [...chain, ...chain.slice(-1)] }, `${part}: longer`)
  const [changed, how] = changeBytes(certificate, random)
  chain[at] = changed
  return withPart(input, { [part]: chain }, `${part}: ${how}`)
}

function swapPart(input: DcapInput, other: DcapInput, random: Random): DcapInput {
  const part = random.pick(PARTS)
  return withPart(input, { [part]: other.collateral[part] }, `${part}: another's`)
}

function swapAll(input: DcapInput, { collateral, now }: DcapInput): DcapInput {
  return { ...input, collateral, now, change: "collateral: another's" }
}

function leaveOut(input: DcapInput, _: DcapInput, random: Random): DcapInput {
  const part = random.pick(PARTS)
  const nothing =
    part === 'rootCaCrl' || part === 'pckCrl' || part === 'pckCertificateChain'
      ? undefined
      : part.endsWith('Chain')
        ? []
        : new Uint8Array(0)
  return withPart(input, { [part]: nothing }, `${part}: missing`)
}

/** By seconds around now, by days, by years. */
function moveTime(input: DcapInput, _: DcapInput, random: Random): DcapInput {
  const unit = random.pick([1, 3600, 86_400, 30 * 86_400, 365 * 86_400])
  return { ...input, now: input.now + (random.below(61) - 30) * unit, change: 'time: moved' }
}

function withPart(input: DcapInput, part: Partial<DcapCollateral>, change: string): DcapInput {
  return { ...input, collateral: { ...input.collateral, ...part }, change }
}

function changeBytes(original: Uint8Array, random: Random): readonly [Uint8Array, string] {
  const bytes = original.slice()
  switch (random.below(6)) {
    case 0:
      return [bytes.subarray(0, random.below(bytes.length + 1)), 'cut']
    case 1: {
      const at = random.below(bytes.length + 1)
      return [Buffer.concat([bytes.subarray(0, at), random.bytes(1 + random.below(8)), bytes.subarray(at)]), 'inserted']
    }
    case 2:
      return [Buffer.concat([bytes, random.bytes(1 + random.below(80))]), 'longer']
    case 3: {
      // A field or a length: 1, 2, 4 or 16 bytes, to an edge or one more.
      const size = Math.min(random.pick([1, 2, 4, 16]), bytes.length)
      const at = random.below(bytes.length - size + 1)
      bytes.fill(random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]), at, at + size)
      return [bytes, 'field']
    }
    default: {
      for (let flips = 1 + random.below(random.oneIn(2) ? 1 : 4); flips > 0 && bytes.length > 0; flips--) {
        const at = random.below(bytes.length)
        bytes[at] = (bytes[at] as number) ^ (1 << random.below(8))
      }
      return [bytes, 'bits']
    }
  }
}

/** Of JSON: another number, another status, a key twice, a member less. Nobody signs it again. */
function changeText(original: Uint8Array, random: Random): readonly [Uint8Array, string] {
  const text = Buffer.from(original).toString('utf8')
  const edits: readonly ((match: string) => string)[] = [
    (text) => text.replace(/"svn":\d+/, `"svn":${random.below(20)}`),
    (text) => text.replace(/"(OutOfDate|SWHardeningNeeded|ConfigurationNeeded)"/, '"UpToDate"'),
    (text) => text.replace(/"version":\d+/, (match) => `${match},${match}`),
    (text) => text.replace(/"nextUpdate":"20../, '"nextUpdate":"2099'),
    (text) => text.replace(/\{/, '{ '),
    (text) => text.replace(/"advisoryIDs":\[[^\]]*\]/, '"advisoryIDs":[]'),
  ]
  return [Buffer.from(random.pick(edits)(text)), 'text']
}
