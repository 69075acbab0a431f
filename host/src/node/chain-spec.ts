/** The chain specification: what a chain is called and how its state begins. One JSON file that all nodes share. */
import { readFile } from 'node:fs/promises'
import { type Hex, toHex } from '@pha/core/codec'
import type { Infer } from '@pha/core/schema'
import { GenesisConfig } from '@pha/runtime/pallets'
import { NodeError } from './node-error.ts'

export interface ChainSpec {
  /** As wallets show it. */
  readonly name: string
  readonly chainType: ChainType
  /** As wallets read them. */
  readonly properties: { readonly ss58Format: number; readonly tokenDecimals: number; readonly tokenSymbol: string }
  /** The runtime of block 0, which then stands under `:code` until an upgrade. */
  readonly code: Hex
  /** SCALE `GenesisConfig` of that runtime. */
  readonly genesis: Hex
}

export type ChainType = 'Development' | 'Local' | 'Live'

const CHAIN_TYPES: readonly ChainType[] = ['Development', 'Local', 'Live']

/**
 * Makes a specification of PHA's properties.
 * @example
 * const code = await currentRuntimeCode()
 * const spec = chainSpec('Phala Development', 'Development', code, { balances: { endowments }, consensus: { authority } })
 */
export function chainSpec(
  name: string,
  chainType: ChainType,
  code: Uint8Array,
  genesis: Infer<typeof GenesisConfig>,
): ChainSpec {
  const properties = { ss58Format: 30, tokenDecimals: 12, tokenSymbol: 'PHA' }
  return { name, chainType, properties, code: toHex(code), genesis: toHex(GenesisConfig.encode(genesis)) }
}

/** @throws NodeError `node.bad-chain-spec` */
export async function readChainSpec(path: string): Promise<ChainSpec> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch {
    throw bad(`${path} cannot be read`)
  }
  return parseChainSpec(text)
}

/** @throws NodeError `node.bad-chain-spec` */
export function parseChainSpec(text: string): ChainSpec {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw bad('it is not JSON')
  }
  const { name, chainType, properties, code, genesis } = record(value, 'the file')
  const { ss58Format, tokenDecimals, tokenSymbol } = record(properties, 'properties')
  if (typeof name !== 'string' || name.length === 0 || name.length > 64) throw bad('name: 1 to 64 characters')
  const type = CHAIN_TYPES.find((known) => known === chainType)
  if (type === undefined) throw bad(`chainType: one of ${CHAIN_TYPES.join(', ')}`)
  if (!isSmall(ss58Format) || !isSmall(tokenDecimals) || typeof tokenSymbol !== 'string') {
    throw bad('properties: ss58Format, tokenDecimals and tokenSymbol')
  }
  if (typeof genesis !== 'string' || !isHex(genesis)) throw bad('genesis: hex of the SCALE GenesisConfig')
  if (typeof code !== 'string' || !isHex(code)) throw bad('code: hex of the code of the first runtime')
  return { name, chainType: type, properties: { ss58Format, tokenDecimals, tokenSymbol }, code, genesis }
}

function record(value: unknown, what: string): { readonly [name: string]: unknown } {
  if (typeof value !== 'object' || value === null) throw bad(`${what}: an object`)
  return value as { readonly [name: string]: unknown }
}

function isSmall(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 16_384
}

function isHex(text: string): text is Hex {
  return /^0x(?:[0-9a-f]{2})*$/.test(text)
}

function bad(detail: string): NodeError {
  return new NodeError('node.bad-chain-spec', detail, 'use the file that the chain was made with')
}
