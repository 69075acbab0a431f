/** What is said to the Nitro sidecar: docs/nitro-sidecar.md has the same in bytes. One question for each connection. */
import { limits } from '@pha/core/protocol'
import { t } from '@pha/core/schema'

/** Fields of an attestation request to the Nitro Security Module. */
export const NitroRequest = t.enum('NitroRequest', {
  Attest: t.variant(1, {
    userData: t.boundedBytes(512),
    nonce: t.boundedBytes(512),
    publicKey: t.boundedBytes(1_024),
  }),
})

export const NitroResponse = t.enum('NitroResponse', {
  Document: t.variant(1, t.boundedBytes(limits.evidence), 'COSE_Sign1, as the module gave it.'),
  Refused: t.variant(2, { code: t.boundedText(64) }, "The module's or the sidecar's own word for what went wrong."),
})
