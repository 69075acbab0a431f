/** What the chain would say of evidence: the answer of `RegistryApi_judge`. */
import { EnclaveKind } from '@pha/core/protocol'
import { type Infer, t } from '@pha/core/schema'

export const EvidenceAssessment = t.enum(
  'EvidenceAssessment',
  {
    Accepted: { kind: EnclaveKind, level: t.u8, because: t.boundedText(64), expiresAt: t.u32 },
    Refused: {
      /** Of the errors of `Registry`: what `register` would fail with. */
      error: t.boundedText(64),
      /** A code of `core/attestation`: the check of evidence or rule of the policy that failed. Absent where the error says all. */
      rule: t.option(t.boundedText(64)),
      /** For people: what exactly is missing or too low. */
      detail: t.option(t.text),
    },
  },
  'What register would do with this evidence now, sent by the operator whom the registration names.',
)
export type EvidenceAssessment = Infer<typeof EvidenceAssessment>
