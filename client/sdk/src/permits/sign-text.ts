/** How an account signs a text: by a key of this process, or by a wallet that shows it to its owner. */
import { fromHex, ss58Decode } from '@pha/core/codec'
import type { SignatureScheme } from '@pha/core/crypto'
import { wrapped } from '@pha/core/permits'
import type { MultiSignature } from '@pha/core/protocol'
import { PhaError } from '../errors.ts'
import { type Signer, signAs } from '../signer.ts'

/** An account of a polkadot extension, as `web3FromAddress` and `injectedWeb3` give it. */
export interface WalletAccount {
  /** SS58, with any prefix. */
  readonly address: string
  /** `type` of the injected account; wallets make sr25519 accounts unless told otherwise. */
  readonly scheme?: SignatureScheme
  /** `signer.signRaw` of the extension, which wraps what it signs in `<Bytes>` and `</Bytes>`. */
  signRaw(raw: {
    readonly address: string
    readonly data: string
    readonly type: 'bytes'
  }): Promise<{ readonly signature: string }>
}

export type TextSigner = Signer | WalletAccount

export function accountOf(signer: TextSigner): Uint8Array {
  return 'accountId' in signer ? signer.accountId : ss58Decode(signer.address).account
}

/** @throws PhaError `sdk.permit-refused` if a wallet gives back what is no signature of its scheme */
export async function signText(signer: TextSigner, text: string): Promise<MultiSignature> {
  if ('accountId' in signer) return signAs(signer, wrapped(text))
  const { address, scheme = 'sr25519' } = signer
  const { signature } = await signer.signRaw({ address, data: text, type: 'bytes' })
  const bytes = fromHex(signature)
  const { type, length, tag } = FORMS[scheme]
  // Some wallets put the scheme before the signature, as in an extrinsic.
  const value = bytes.length === length + 1 && bytes[0] === tag ? bytes.subarray(1) : bytes
  if (value.length !== length) throw new PhaError('sdk.permit-refused', `the wallet signed with ${bytes.length} bytes`)
  return { type, value }
}

const FORMS = {
  ed25519: { type: 'Ed25519', length: 64, tag: 0 },
  sr25519: { type: 'Sr25519', length: 64, tag: 1 },
  ecdsa: { type: 'Ecdsa', length: 65, tag: 2 },
} as const
