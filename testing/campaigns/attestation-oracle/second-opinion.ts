/** The verdict of `@phala/dcap-qvl`, another verifier in JavaScript. It is asked, never believed alone. */
import { type Collateral, QuoteVerifier } from '@phala/dcap-qvl'
import type { DcapInput } from './dcap-input.ts'

export type Opinion =
  | { readonly ok: true; readonly status: string; readonly advisoryIds: readonly string[]; readonly reportData: Buffer }
  | { readonly ok: false; readonly error: string }

export function secondOpinion({ quote, collateral, now, root }: DcapInput): Opinion {
  const verifier =
    root === undefined ? QuoteVerifier.newProd() : QuoteVerifier.newWithRootCa(Buffer.from(root.certificate))
  try {
    const { status, advisory_ids, report } = verifier.verify(Buffer.from(quote), collateralOf(collateral), now)
    const body = report.asTd10() ?? report.asSgx()
    return { ok: true, status, advisoryIds: advisory_ids.toSorted(), reportData: Buffer.from(body?.reportData ?? []) }
  } catch (error) {
    return { ok: false, error: (error as Error).message }
  }
}

function collateralOf(collateral: DcapInput['collateral']): Collateral {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
  const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex')
  const { pckCertificateChain } = collateral
  return {
    tcb_info: text(collateral.tcbInfo),
    tcb_info_signature: hex(collateral.tcbInfoSignature),
    tcb_info_issuer_chain: pem(collateral.tcbInfoIssuerChain),
    qe_identity: text(collateral.qeIdentity),
    qe_identity_signature: hex(collateral.qeIdentitySignature),
    qe_identity_issuer_chain: pem(collateral.qeIdentityIssuerChain),
    root_ca_crl: hex(collateral.rootCaCrl),
    pck_crl: hex(collateral.pckCrl),
    pck_crl_issuer_chain: pem(collateral.pckCrlIssuerChain),
    ...(pckCertificateChain === undefined ? {} : { pck_certificate_chain: pem(pckCertificateChain) }),
  }
}

function pem(certificates: readonly Uint8Array[]): string {
  const blocks = certificates.map((der) => {
    const lines =
      Buffer.from(der)
        .toString('base64')
        .match(/.{1,64}/g) ?? []
    return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
  })
  return blocks.join('')
}
