/**
 * Every way in which the two verifiers are known to differ: why, and an input that shows it. The campaign fails on a
 * difference that has no entry here.
 */
import { pemOf, SVN_LEVELS, tcbLevel, testIntel } from '@pha/core/attestation/testing'
import type { DcapInput } from './dcap-input.ts'

export interface KnownDifference {
  /** As `compare` names it. */
  readonly difference: string
  readonly why: string
  readonly shownBy: () => DcapInput
  /** Where the same cause shows in another way. */
  readonly alsoShownBy?: () => DcapInput
}

const LISTS_UNCHECKED =
  'it looks serials up in whatever list it is given: neither signature, issuer nor dates are checked'
const LIST_OPTIONAL = 'it goes on without a list, so that whoever serves the collateral can hide a revocation'
const LIST_UNREAD = 'a list that it cannot read revokes nothing, for it'
const LENIENT = 'it reads what a stricter reader refuses: other text around certificates, keys twice, bytes left over'
const CHAIN_UNREAD = 'it never reads the certificates of who signed the list of PCKs'
const CHAIN_ROLES =
  'any leaf under the root may sign there, by any name and over any number of CAs, a platform key included'
const OWN_POLICY = 'a policy of its own: here it is a fact, and the policy on chain decides'
const PREFERS_COLLATERAL =
  "it takes the collateral's PCK chain before the quote's own; here a chain that is not needed is not read"
const MODULE_UNKNOWN = 'it does not know identities of TDX modules (Intel PCS API version 4)'
const MODULE_COMPONENTS = 'it compares components 0 and 1, which are the module’s own from major version 1 on'

const intel = testIntel('Known')
const foreign = testIntel('Foreign')
const platform = intel.platform({ name: 'known' })
const NOW = 1_760_000_000
const own = { Sgx: intel.collateral('Sgx'), Tdx: intel.collateral('Tdx') }
const quotes = { Sgx: platform.sgxQuote(), Tdx: platform.tdxQuote() }

function input(tee: DcapInput['tee'], given: Partial<DcapInput> = {}): DcapInput {
  const root = { certificate: intel.root.certificate, pin: intel.pin }
  return { tee, quote: quotes[tee], collateral: own[tee], now: NOW, root, change: 'simulated', ...given }
}

const sgx = (part: Partial<DcapInput['collateral']>, change = 'simulated') =>
  input('Sgx', { collateral: { ...own.Sgx, ...part }, change })
const tcbInfo = (tee: DcapInput['tee'], members: object) =>
  input(tee, { collateral: intel.collateral(tee, { tcbInfo: { ...members } }) })
const tdx = (td: Parameters<typeof platform.tdxQuote>[0], members: object = {}) => ({
  ...tcbInfo('Tdx', members),
  quote: platform.tdxQuote(td),
})
const signed = (text: string) => {
  const bytes = Buffer.from(text)
  return { bytes, signature: intel.tcbSigner.sign(bytes) }
}
const teeTcbSvn = (...svns: number[]) => Uint8Array.from([...svns, ...new Uint8Array(16 - svns.length)])
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
const longer = (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.from([0])])

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    difference: 'we refuse: pck_crl:missing',
    why: LIST_OPTIONAL,
    shownBy: () => sgx({ pckCrl: undefined }),
  },
  {
    difference: 'we refuse: root_crl:missing',
    why: LIST_OPTIONAL,
    shownBy: () => sgx({ rootCaCrl: undefined }),
  },
  {
    difference: 'we refuse: pck_crl:expired',
    why: LISTS_UNCHECKED,
    shownBy: () => sgx({ pckCrl: intel.cas.Platform.crl({ nextUpdate: NOW - 1 }) }),
  },
  {
    difference: 'we refuse: root_crl:expired',
    why: LISTS_UNCHECKED,
    shownBy: () => sgx({ rootCaCrl: intel.root.crl({ thisUpdate: NOW + 1 }) }),
  },
  {
    difference: 'we refuse: pck_crl:bad-signature/issuer',
    why: LISTS_UNCHECKED,
    shownBy: () => sgx({ pckCrl: foreign.cas.Platform.crl() }),
  },
  {
    difference: 'we refuse: root_crl:bad-signature/issuer',
    why: LISTS_UNCHECKED,
    shownBy: () => sgx({ rootCaCrl: foreign.root.crl() }),
  },
  {
    difference: 'we refuse: malformed pckCrl',
    why: LIST_UNREAD,
    shownBy: () => sgx({ pckCrl: Buffer.from('none') }, 'pckCrl: replaced'),
  },
  {
    difference: 'we refuse: malformed rootCaCrl',
    why: LIST_UNREAD,
    shownBy: () => sgx({ rootCaCrl: Buffer.from('none') }, 'rootCaCrl: replaced'),
  },
  {
    difference: 'we refuse: unsupported-algorithm',
    why: `${LIST_UNREAD}; ours names a kind of signature or key that it does not know`,
    shownBy: () => {
      // The hash's arc in ecdsa-with-SHA256, in both places where a list names it.
      const list = Buffer.from(own.Sgx.pckCrl ?? [])
      const oid = Buffer.from('2a8648ce3d040302', 'hex')
      for (let at = list.indexOf(oid); at >= 0; at = list.indexOf(oid, at + 1)) list[at + 7] = 9
      return sgx({ pckCrl: list })
    },
  },
  {
    difference: 'we refuse: malformed pckCrlIssuerChain',
    why: CHAIN_UNREAD,
    shownBy: () => sgx({ pckCrlIssuerChain: own.Sgx.pckCrlIssuerChain.map(longer) }, 'pckCrlIssuerChain: longer'),
  },
  {
    difference: 'we refuse: cert-chain',
    why: `${CHAIN_UNREAD}; a critical extension there that nobody knows is not noticed`,
    shownBy: () => {
      const strange = { oid: '1.2.3.4', content: new Uint8Array(0), isCritical: true }
      const { certificate } = intel.root.issue({ subject: 'Strange CA', isCa: true, extensions: [strange] })
      return sgx({ pckCrlIssuerChain: [certificate, intel.root.certificate] })
    },
  },
  {
    difference: 'we refuse: malformed quote',
    why: LENIENT,
    shownBy: () => {
      const text = Buffer.from('Certificates follow.\n')
      const pem = Buffer.concat([text, pemOf(platform.certificates)])
      const quote = platform.sgxQuote({ certification: { type: 5, data: pem } })
      return input('Sgx', { quote, change: 'quote: text' })
    },
  },
  {
    difference: 'we refuse: malformed simulated',
    why: LENIENT,
    shownBy: () => {
      const { bytes, signature } = signed(text(own.Sgx.tcbInfo).replace('"version":3', '"version":3,"version":3'))
      return sgx({ tcbInfo: bytes, tcbInfoSignature: signature })
    },
  },
  {
    difference: 'we refuse: tcbchain:cert-chain',
    why: CHAIN_ROLES,
    shownBy: () => {
      const signer = intel.cas.Platform.issue({ subject: 'Intel SGX PCK Certificate', seed: 'broken' })
      const chain = [signer.certificate, intel.cas.Platform.certificate, intel.root.certificate]
      return sgx({ tcbInfoSignature: signer.sign(own.Sgx.tcbInfo), tcbInfoIssuerChain: chain })
    },
  },
  {
    difference: 'we refuse: qechain:cert-chain',
    why: CHAIN_ROLES,
    shownBy: () => {
      const signer = intel.root.issue({ subject: 'Somebody' })
      const chain = [signer.certificate, intel.root.certificate]
      return sgx({ qeIdentitySignature: signer.sign(own.Sgx.qeIdentity), qeIdentityIssuerChain: chain })
    },
  },
  {
    difference: 'we refuse: pck:cert-chain',
    why: 'it takes chains of any length, without looking whether their links are CAs; here it is leaf, CA and root',
    shownBy: () => {
      const [leaf, ca] = platform.certificates as [Uint8Array, Uint8Array]
      const quote = platform.sgxQuote({ certification: { type: 5, data: pemOf([leaf, ca]) } })
      return input('Sgx', { quote })
    },
  },
  {
    difference: 'we refuse: pceid-mismatch',
    why: 'it compares FMSPCs only',
    shownBy: () => tcbInfo('Sgx', { pceId: '0001' }),
  },
  {
    difference: 'we refuse: tcb-info-wrong-version',
    why: 'it takes every version from 2 on (SGX) or 3 on (TDX) that has the members it reads',
    shownBy: () => tcbInfo('Sgx', { version: 4 }),
  },
  {
    difference: 'we refuse: qe-identity-wrong-version',
    why: 'it takes a version 3 for TDX, which Intel has not published',
    shownBy: () => input('Tdx', { collateral: intel.collateral('Tdx', { qeIdentity: { version: 3 } }) }),
  },
  {
    difference: 'we refuse: unknown-tcb-status',
    why: 'it takes all seven words for a quoting enclave, which can only be new, old or revoked, and knows no modules',
    shownBy: () => {
      const tcbLevels = [{ ...SVN_LEVELS[0], tcbStatus: 'SWHardeningNeeded' }]
      return input('Sgx', { collateral: intel.collateral('Sgx', { qeIdentity: { tcbLevels } }) })
    },
  },
  {
    difference: 'we refuse: tdx-module-missing',
    why: MODULE_UNKNOWN,
    shownBy: () => tcbInfo('Tdx', { tdxModuleIdentities: [] }),
  },
  {
    difference: 'we refuse: tdx-module-mismatch',
    why: MODULE_UNKNOWN,
    shownBy: () => tdx({ mrSignerSeam: Uint8Array.of(1) }),
  },
  {
    difference: 'we refuse: tdx-module-no-matching-level',
    why: MODULE_UNKNOWN,
    shownBy: () => {
      const tcbLevels = [tcbLevel('Tdx', { tdxComponents: [...teeTcbSvn()] })]
      return tdx({ teeTcbSvn: teeTcbSvn(3, 1, 3) }, { tcbLevels })
    },
  },
  {
    difference: 'status: the module is left out',
    why: MODULE_UNKNOWN,
    shownBy: () => tdx({ teeTcbSvn: teeTcbSvn(6, 1, 3) }),
  },
  {
    difference: 'status: components of the module',
    why: MODULE_COMPONENTS,
    shownBy: () => {
      const levels = [9, 5].map((svn, i) =>
        tcbLevel('Tdx', {
          tdxComponents: [svn, ...teeTcbSvn().subarray(1)],
          tcbStatus: i === 0 ? 'UpToDate' : 'OutOfDate',
        }),
      )
      return tdx({ teeTcbSvn: teeTcbSvn(8, 1, 3) }, { tcbLevels: levels })
    },
  },
  {
    difference: 'they refuse: components of the module',
    why: MODULE_COMPONENTS,
    shownBy: () => tdx({}, { tcbLevels: [tcbLevel('Tdx', { tdxComponents: [5, 3, ...teeTcbSvn().subarray(2)] })] }),
    // They go on to a level below, with a word that nobody knows.
    alsoShownBy: () => {
      const [above, below] = [7, 4].map((svn) => [svn, ...teeTcbSvn().subarray(1)])
      const tcbLevels = [
        tcbLevel('Tdx', { tdxComponents: above as number[] }),
        tcbLevel('Tdx', { tdxComponents: below as number[], tcbStatus: 'Unheard' }),
      ]
      return tdx({ teeTcbSvn: teeTcbSvn(4, 1, 2) }, { tcbLevels })
    },
  },
  {
    difference: 'status: the worst word is taken',
    why: 'an old quoting enclave on a platform that needs configuration is OutOfDateConfigurationNeeded by Intel’s rule',
    shownBy: () => ({
      ...tcbInfo('Sgx', { tcbLevels: [tcbLevel('Sgx', { tcbStatus: 'ConfigurationNeeded' })] }),
      quote: platform.sgxQuote({ qe: { isvSvn: 6 } }),
    }),
  },
  {
    difference: 'they refuse: a chain in the collateral that the quote does not need',
    why: PREFERS_COLLATERAL,
    shownBy: () => sgx({ pckCertificateChain: intel.platform({ name: 'another' }).certificates }),
    // They look at the dates of that chain first; without it, they would refuse the quote by a policy.
    alsoShownBy: () => {
      const pckCertificateChain = intel.platform({ name: 'past', notAfter: NOW - 1 }).certificates
      const attributes = Buffer.from('0700000000000000e700000000000000', 'hex')
      return { ...sgx({ pckCertificateChain }), quote: platform.sgxQuote({ attributes }) }
    },
  },
  {
    difference: 'we refuse: a chain in the quote that they do not read',
    why: PREFERS_COLLATERAL,
    shownBy: () => {
      const data = pemOf(intel.platform({ name: 'another' }).certificates)
      const quote = platform.sgxQuote({ certification: { type: 5, data } })
      return { ...sgx({ pckCertificateChain: platform.certificates }), quote }
    },
  },
  {
    difference: 'they refuse: Certificate is revoked',
    why: 'it looks up each serial in both lists, though a serial names a certificate only together with its issuer',
    shownBy: () => input('Sgx', { collateral: intel.collateral('Sgx', { revokedPcks: [intel.serials.tcbSigner] }) }),
  },
  {
    difference: 'they refuse: Debug mode is enabled',
    why: OWN_POLICY,
    shownBy: () =>
      input('Sgx', {
        quote: platform.sgxQuote({ attributes: Buffer.from('0700000000000000e700000000000000', 'hex') }),
      }),
  },
  {
    difference: 'they refuse: TCB status is invalid: Revoked',
    why: OWN_POLICY,
    shownBy: () => tcbInfo('Sgx', { tcbLevels: [tcbLevel('Sgx', { tcbStatus: 'Revoked' })] }),
  },
  {
    difference: 'they refuse: SEPT_VE_DISABLE is not enabled',
    why: OWN_POLICY,
    shownBy: () => tdx({ tdAttributes: new Uint8Array(8) }),
  },
  {
    difference: 'they refuse: Reserved bits in TD attributes are set',
    why: OWN_POLICY,
    shownBy: () => tdx({ tdAttributes: Buffer.from('0000003000000000', 'hex') }),
  },
  {
    difference: 'they refuse: Invalid mr service td',
    why: OWN_POLICY,
    shownBy: () => tdx({ version: 5, bodyType: 3, mrServiceTd: Uint8Array.of(1) }),
  },
]
