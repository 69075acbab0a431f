/** An instance with Nitro enclaves for tests: its documents are as AWS makes them, under a root of our own. */
import type { CborKey, CborValue } from '../cose/cbor.ts'
import { changed, encodeCbor } from '../cose/test-cbor.ts'
import { type TestSign1Options, testSign1 } from '../cose/test-sign1.ts'
import { type IssueOptions, type TestAuthority, testAuthority } from '../x509/test-pki.ts'

export interface TestNitroOptions {
  /** Seconds since 1970. */
  readonly madeAt?: number
  /** The protocol's report data. */
  readonly userData?: Uint8Array
  /** By number; 0 to 2 are the program. Others are zero. */
  readonly pcrs?: Readonly<Record<number, Uint8Array>>
  /** Of the certificate that signs; its issuer's choice in place of three hours for a signer of documents. */
  readonly leaf?: Partial<IssueOptions>
  readonly instanceCa?: Partial<IssueOptions>
  /** Fields in place of the usual ones; undefined leaves one out. */
  readonly fields?: Parameters<typeof changed>[1]
  readonly header?: TestSign1Options
}

export interface TestNitroInstance {
  readonly root: TestAuthority
  /** For `roots.awsNitro`. */
  readonly pin: Uint8Array
  attest(options?: TestNitroOptions): Uint8Array
}

const THREE_HOURS = 10_800
const REGISTERS = Array.from({ length: 16 }, (_, index) => index)

/**
 * An instance and its root, the same for each name.
 *
 * @example
 * const instance = testNitroInstance()
 * const context = { now: 1_800_000_000, roots: { ...productionRoots, awsNitro: [instance.pin] }, signatures }
 * verifyNitro(instance.attest({ madeAt: 1_800_000_000, userData: reportData }), context)
 */
export function testNitroInstance({
  name = 'i-0123456789abcdef0',
}: {
  readonly name?: string
} = {}): TestNitroInstance {
  const root = testAuthority({ curve: 'P-384', subject: `root of ${name}` })
  return {
    root,
    pin: root.pin,
    attest({ madeAt = 1_800_000_000, userData, pcrs = {}, leaf = {}, instanceCa = {}, fields, header } = {}) {
      const ca = root.issue({ subject: name, isCa: true, pathLength: 0, ...instanceCa })
      const moduleId = `${name}-enc0123456789abcdef`
      const notAfter = madeAt + THREE_HOURS
      const signer = ca.issue({ subject: moduleId, notBefore: madeAt, notAfter, serial: 7, ...leaf })
      const registers = new Map<CborKey, CborValue>(
        REGISTERS.map((index) => [index, pcrs[index] ?? new Uint8Array(48).fill(index < 3 ? index + 1 : 0)]),
      )
      const usual = [
        ['module_id', moduleId],
        ['digest', 'SHA384'],
        ['timestamp', madeAt * 1000 + 578],
        ['pcrs', registers],
        ['certificate', signer.certificate],
        ['cabundle', [root.certificate, ca.certificate]],
        ['public_key', null],
        ['user_data', userData ?? null],
        ['nonce', null],
      ] as const
      return testSign1(signer, encodeCbor(changed(usual, fields)), { isTagged: false, ...header })
    },
  }
}
