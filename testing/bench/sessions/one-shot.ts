/** One-shot sealed queries: sealed by the client, opened by the holder of the key, nothing kept between. */
import { Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core'
import { XWing } from '@hpke/hybridkem-x-wing'
import { utf8Encode } from '@pha/core/codec'
import { generateAgreementKey, open, pad, Secret, seal, unpad } from '@pha/core/crypto'
import { contexts } from '@pha/core/protocol'
import { compare } from './figure.ts'

const worker = generateAgreementKey(Secret.from(new Uint8Array(32).fill(1)))
const context = contexts.command
const aad = new Uint8Array(120)
const plaintext = new Uint8Array(200).fill(7)
const own = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer

async function ours(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const sealed = seal({ recipient: worker.publicKey, context, aad, plaintext })
    if (open({ seed: worker.seed, context, aad, sealed })?.length !== plaintext.length) throw new Error('not opened')
  }
}

/** As we used it before: keys are read once, the same padding. */
async function peer(): Promise<(count: number) => Promise<void>> {
  const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
  const recipientPublicKey = await suite.kem.importKey('raw', own(worker.publicKey), true)
  const recipientKey = await suite.kem.importKey('raw', own(worker.seed.expose()), false)
  const info = utf8Encode(context)
  return async (count) => {
    for (let i = 0; i < count; i++) {
      const sender = await suite.createSenderContext({ recipientPublicKey, info })
      const sealed = await sender.seal(own(pad(plaintext)), own(aad))
      const recipient = await suite.createRecipientContext({ recipientKey, info, enc: sender.enc })
      const opened = unpad(new Uint8Array(await recipient.open(sealed, own(aad))))
      if (opened?.length !== plaintext.length) throw new Error('not opened')
    }
  }
}

export async function oneShots(rounds: number): Promise<void> {
  const ways = [
    { name: 'seal and open', run: ours },
    { name: '@hpke/core, X-Wing', run: await peer() },
  ]
  await compare('one-shot sealed queries', ways, rounds, 10)
}
