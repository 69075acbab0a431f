/** Vendors of our own, for tests and simulated networks: what they sign proves nothing unless a policy trusts their root. */
export { type TestCcaMachine, type TestCcaOptions, testCcaMachine } from '../cca/test-cca.ts'
export {
  type CollateralOptions,
  type PlatformOptions,
  pemOf,
  SVN_LEVELS,
  type TestIntel,
  type TestPlatform,
  tcbLevel,
  testIntel,
} from '../dcap/test-dcap.ts'
export type { TestEnclave, TestTd } from '../dcap/test-quote.ts'
export { type TestNitroInstance, type TestNitroOptions, testNitroInstance } from '../nitro/test-nitro.ts'
export { type TestAmd, type TestMachine as TestSnpMachine, testAmd } from '../snp/test-snp.ts'
export { EVIDENCE_FAILURES } from '../verdict.ts'
export { type TestAuthority, testAuthority } from '../x509/test-pki.ts'
export { EVIDENCE_READERS, type EvidenceReader } from './readers.ts'
