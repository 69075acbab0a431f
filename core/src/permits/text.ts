/**
 * The text that a wallet shows and signs. One renderer, one parser: `parsePermitText(permitText(x))` is x, and anything
 * that the renderer would not write is refused. What is verified is the text, rendered anew from what a client sent.
 */
import { CodecError, fromHex, ss58Decode, ss58Encode, toHex, utf8Encode } from '../codec/index.ts'
import { contexts, type PermitTerms, type PermittedContract, permitLimits } from '../protocol/index.ts'
import { refuseTerms } from './terms.ts'

/** What an account signs. */
export interface PermitToSign {
  readonly account: Uint8Array
  readonly terms: PermitTerms
}

const PREAMBLE = `${contexts.walletPermit}

I let the key below ask these contracts as me, until the block given.
It can read what I can read there. It cannot send commands or move funds.
Sign this only on the site that it names.
`

/**
 * Renders a permit for its account to sign.
 *
 * @example
 * const { signature } = await wallet.signRaw({ address, data: permitText({ account, terms }), type: 'bytes' })
 */
export function permitText({ account, terms }: PermitToSign): string {
  const { genesis, key, site, contracts, workers, issuedAtBlock, expiresAtBlock, uses } = terms
  return [
    PREAMBLE,
    `Account: ${ss58Encode(account)}`,
    `Site: ${site}`,
    `Chain: ${toHex(genesis)}`,
    `Key: ${toHex(key)}`,
    ...contracts.map(({ contract, methods }) => `Contract: ${toHex(contract)} ${methods?.join(', ') ?? 'any query'}`),
    ...(workers?.map((worker) => `Worker: ${toHex(worker)}`) ?? ['Worker: any that the chain believes']),
    `From block: ${issuedAtBlock}`,
    `Until block: ${expiresAtBlock}`,
    `Queries: ${uses} on each worker`,
  ].join('\n')
}

/**
 * What a wallet signs for a text: it wraps it, so that no signature of bytes is one of a transaction (`signRaw` of
 * polkadot's extensions). A key that signs by itself signs the same.
 */
export function wrapped(text: string): Uint8Array {
  return utf8Encode(`<Bytes>${text}</Bytes>`)
}

const HEX = '(0x[0-9a-f]{64})'
const NUMBER = '(0|[1-9][0-9]{0,9})'
const TEXT = new RegExp(
  [
    `^${PREAMBLE.replaceAll('.', '\\.')}`,
    'Account: ([1-9A-HJ-NP-Za-km-z]{46,49})',
    'Site: ([a-z0-9.:/_-]{1,128})',
    `Chain: ${HEX}`,
    `Key: ${HEX}`,
    `((?:Contract: 0x[0-9a-f]{64} [A-Za-z0-9_, ]{1,1100}\n){1,${permitLimits.contracts}})` +
      `((?:Worker: 0x[0-9a-f]{64}\n){1,${permitLimits.workers}}|Worker: any that the chain believes\n)` +
      `From block: ${NUMBER}`,
    `Until block: ${NUMBER}`,
    `Queries: ${NUMBER} on each worker$`,
  ].join('\n'),
)

/** @returns `undefined` for anything that `permitText` does not write */
export function parsePermitText(text: string): PermitToSign | undefined {
  const match = text.length <= permitLimits.text ? TEXT.exec(text) : null
  if (match === null) return undefined
  try {
    const permit = fromLines(match as unknown as Lines)
    return refuseTerms(permit.terms) !== 'permit.malformed' && permitText(permit) === text ? permit : undefined
  } catch (error) {
    if (error instanceof CodecError) return undefined
    throw error
  }
}

/** The groups of `TEXT`, which has all of them or does not match. */
type Lines = readonly [
  all: string,
  account: string,
  site: string,
  chain: string,
  key: string,
  contracts: string,
  workers: string,
  from: string,
  until: string,
  queries: string,
]

function fromLines([, account, site, chain, key, contracts, workers, from, until, queries]: Lines): PermitToSign {
  return {
    account: ss58Decode(account).account,
    terms: {
      genesis: fromHex(chain),
      key: fromHex(key),
      site,
      contracts: contracts.trimEnd().split('\n').map(contractOf),
      workers: workers.startsWith('Worker: any') ? undefined : workers.trimEnd().split('\n').map(workerOf),
      issuedAtBlock: u32(from),
      expiresAtBlock: u32(until),
      uses: u32(queries),
    },
  }
}

function contractOf(line: string): PermittedContract {
  const [, contract = '', methods = ''] = /^Contract: (\S+) (.*)$/.exec(line) ?? []
  return { contract: fromHex(contract), methods: methods === 'any query' ? undefined : methods.split(', ') }
}

function workerOf(line: string): Uint8Array {
  return fromHex(line.slice('Worker: '.length))
}

function u32(digits: string): number {
  const value = Number(digits)
  if (value >= 2 ** 32) throw new CodecError('codec.wrong-type', 'u32')
  return value
}
