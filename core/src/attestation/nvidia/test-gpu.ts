/** A graphics card of our own, for tests: its chain is well-formed and its reports are signed, whatever they say. */
import { concatBytes, fromHex, utf8Encode } from '../../codec/index.ts'
import type { AttestationEvidence } from '../evidence.ts'
import { type IssueOptions, type TestAuthority, testAuthority } from '../x509/test-pki.ts'

const FIRMWARE_ID = new Uint8Array(48).fill(0xf1)
const FWID_HEADER = fromHex('0x303d06096086480165030402020430')

export interface TestGpuReport {
  /** Bytes of the request in front of its nonce, and of the response in front of the count. */
  readonly request?: readonly number[]
  readonly response?: readonly number[]
  readonly nonce?: Uint8Array
  /** Index and value of each block; `count` says how many there are. */
  readonly blocks?: readonly (readonly [index: number, value: Uint8Array])[]
  readonly count?: number
  readonly specification?: number
  readonly opaque?: readonly (readonly [field: number, data: Uint8Array])[]
}

export interface TestGpu {
  readonly root: TestAuthority
  evidence(report?: TestGpuReport): Extract<AttestationEvidence, { readonly type: 'NvidiaGpu' }>
}

/** @param firmware changes to the certificate of the key that signs */
export function testGpu(firmware: Partial<IssueOptions> = {}): TestGpu {
  const root = testAuthority({ curve: 'P-384', subject: 'GPU root' })
  const device = root.issue({ subject: 'GPU device', isCa: true })
  const signer = device.issue({
    subject: 'GPU firmware',
    extensions: [{ oid: '2.23.133.5.4.1', content: concatBytes(FWID_HEADER, FIRMWARE_ID) }],
    ...firmware,
  })
  return {
    root,
    evidence(report = {}) {
      const signed = reportBytes(report)
      return {
        type: 'NvidiaGpu',
        // A key on another curve signs in fewer bytes than the field has.
        report: concatBytes(signed, signer.sign(signed), new Uint8Array(signer.curve === 'P-384' ? 0 : 32)),
        certificates: [signer, device, root].map(({ certificate }) => certificate),
      }
    },
  }
}

export const OPAQUE: NonNullable<TestGpuReport['opaque']> = [
  [6, Uint8Array.of(1, 2, 3)],
  [3, utf8Encode('590.48.01\0')],
  [20, FIRMWARE_ID],
]

function reportBytes({
  request = [0x11, 0xe0, 0x01, 0xff],
  response = [0x11, 0x60, 0, 0],
  nonce = new Uint8Array(32).fill(0x4e),
  blocks = [1, 2].map((index) => [index, new Uint8Array(48).fill(index)] as const),
  count = blocks.length,
  specification = 1,
  opaque = OPAQUE,
}: TestGpuReport): Uint8Array {
  const record = concatBytes(
    ...blocks.map(([index, value]) =>
      concatBytes(
        Uint8Array.of(index, specification),
        u16(value.length + 3),
        Uint8Array.of(1),
        u16(value.length),
        value,
      ),
    ),
  )
  const fields = concatBytes(...opaque.map(([field, data]) => concatBytes(u16(field), u16(data.length), data)))
  return concatBytes(
    Uint8Array.from(request),
    nonce,
    Uint8Array.of(0),
    Uint8Array.from(response),
    Uint8Array.of(count),
    u16(record.length),
    Uint8Array.of(0),
    record,
    new Uint8Array(32),
    u16(fields.length),
    fields,
  )
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8)
}
