/**
 * Signed transfers, made before the clock starts. Ed25519 is signed by node:crypto: the same bytes as the project's own
 * signer (both are deterministic, RFC 8032), fifty times faster, which a million of them need.
 */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { type Hex, toHex } from '@pha/core/codec'
import { type Keypair, multiSign } from '@pha/core/crypto'
import { balances, encodeExtrinsic, IMMORTAL, PHA, RUNTIME_VERSION, signingPayload } from '@pha/runtime/pallets'
import { SENDERS, senderSeed } from './bench-node.ts'

/** Prefix of a PKCS #8 Ed25519 key, RFC 8410 section 7. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/**
 * Transfers of 1 PHA from the senders in turn, to as many new accounts as `receivers` says.
 * @param firstNonce of each sender
 */
export function* signTransfers(
  senders: readonly Keypair[],
  genesisHash: Uint8Array,
  { count, firstNonce, receivers }: { readonly count: number; readonly firstNonce: number; readonly receivers: number },
): Generator<Hex, void, undefined> {
  const keys = senders.map((_, i) =>
    createPrivateKey({ key: Buffer.concat([PKCS8, senderSeed(i)]), format: 'der', type: 'pkcs8' }),
  )
  const { specVersion, transactionVersion } = RUNTIME_VERSION
  const implicit = { specVersion, transactionVersion, genesisHash, birthHash: genesisHash, metadataHash: undefined }
  for (let i = 0; i < count; i++) {
    const index = i % SENDERS
    const [from, key] = [senders[index] as Keypair, keys[index] as KeyObject]
    const dest = { type: 'Id', value: receiver(i % receivers) } as const
    const call = balances.calls.transferKeepAlive.encode({ dest, value: PHA })
    const extra = {
      era: IMMORTAL,
      nonce: firstNonce + Math.floor(i / SENDERS),
      tip: 0n,
      metadataHash: { type: 'Disabled' },
    } as const
    const payload = signingPayload(call, extra, implicit)
    const signature =
      from.scheme === 'ed25519'
        ? ({ type: 'Ed25519', value: new Uint8Array(sign(null, payload, key)) } as const)
        : multiSign(from, payload)
    yield toHex(encodeExtrinsic({ signed: { address: { type: 'Id', value: from.accountId }, signature, extra }, call }))
  }
}

function receiver(index: number): Uint8Array {
  const account = new Uint8Array(32).fill(0xee)
  new DataView(account.buffer).setUint32(0, index)
  return account
}
