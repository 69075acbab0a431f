/** What gatekeepers do with contract keys that lie; what they do with dealings and the beacon stays as it is. */
import { seal } from '@pha/core/crypto'
import { evaluatePartial } from '@pha/core/threshold'

/** The element of another input under the proof of the one asked for: the worker that opens it can prove that. */
export const lyingEvaluate: typeof evaluatePartial = (share, publicShare, input, random) => {
  const { evaluated } = evaluatePartial(share, publicShare, Uint8Array.of(...input, 0), random)
  return { ...evaluatePartial(share, publicShare, input, random), evaluated }
}

/** An envelope as large as others that its recipient cannot open: nobody else can tell. */
export const sealForNobody: typeof seal = (params) => seal({ ...params, aad: new Uint8Array(0) })
