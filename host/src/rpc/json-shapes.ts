/** How blocks and values look in the JSON of Substrate's RPC. */
import { type Hex, toHex } from '@pha/core/codec'
import { DigestItem, type Header } from '@pha/core/protocol'
import { RuntimeVersion } from '@pha/runtime/pallets'
import type { StoredBlock } from '../db/index.ts'
import type { Chain } from '../node/chain.ts'

/** A number as Substrate writes block numbers. */
export function hexNumber(value: number): Hex {
  return `0x${value.toString(16)}`
}

export function headerJson({ parentHash, number, stateRoot, extrinsicsRoot, digest }: Header) {
  return {
    parentHash: toHex(parentHash),
    number: hexNumber(number),
    stateRoot: toHex(stateRoot),
    extrinsicsRoot: toHex(extrinsicsRoot),
    digest: { logs: digest.logs.map((item) => toHex(DigestItem.encode(item))) },
  }
}

export function blockJson({ header, body }: StoredBlock) {
  return { block: { header: headerJson(header), extrinsics: body.map(toHex) }, justifications: null }
}

/** The runtime version of a block, in the shape of the legacy methods: `apis` as a list of pairs. */
export function runtimeVersionJson(chain: Chain, at?: Uint8Array) {
  const version = RuntimeVersion.decode(chain.call('Core_version', new Uint8Array(), at))
  return {
    specName: version.specName,
    implName: version.implName,
    authoringVersion: version.authoringVersion,
    specVersion: version.specVersion,
    implVersion: version.implVersion,
    apis: version.apis.map(([name, api]) => [toHex(name), api]),
    transactionVersion: version.transactionVersion,
    systemVersion: version.systemVersion,
    // The older name of the same field, which older clients read.
    stateVersion: version.systemVersion,
  }
}

/** The runtime of a block as the newer groups show it: `apis` as an object. */
export function runtimeSpecJson(chain: Chain, at: Uint8Array) {
  const { specName, implName, specVersion, implVersion, transactionVersion, apis } = RuntimeVersion.decode(
    chain.call('Core_version', new Uint8Array(), at),
  )
  const byName = Object.fromEntries(apis.map(([name, api]) => [toHex(name), api]))
  return { type: 'valid', spec: { specName, implName, specVersion, implVersion, transactionVersion, apis: byName } }
}

/** Hex of bytes that may be absent. */
export function optionalHex(bytes: Uint8Array | undefined): Hex | null {
  return bytes === undefined ? null : toHex(bytes)
}
