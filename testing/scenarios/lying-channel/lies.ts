/** What a dishonest host can tell its enclave, and answer it: every lie by a name that completes "a host that ...". */
import { utf8Encode } from '@pha/core/codec'
import {
  EnclaveRequest,
  EnclaveResponse,
  type FinalisedHeader,
  Frame,
  type HostRequest,
  type TopicMessage,
} from '@pha/core/protocol'

export interface Lie {
  /** What the enclave is told instead of what the host says; `undefined` if nothing at all. */
  readonly told?: (request: HostRequest) => HostRequest | undefined
  /** What the enclave gets instead of the answer to its request. */
  readonly answered?: (request: EnclaveRequest, answer: Uint8Array) => Uint8Array
  /** The answer to a request that goes nowhere. */
  readonly swallowed?: (request: EnclaveRequest) => Uint8Array | undefined
  /** Frames that the enclave gets instead of one. */
  readonly framed?: (frame: Uint8Array) => readonly Uint8Array[]
}

const NOTHING = new Uint8Array(0)
const CONTRACT_TOPIC = 'contract/'

/** One per life of an enclave: some lies repeat what was true once. */
export function makeLies() {
  let firstHeader: FinalisedHeader | undefined
  let firstPage: readonly TopicMessage[] = []
  const firstProofs = new Map<string, readonly Uint8Array[]>()

  const lies = {
    'tells the truth': {
      told(request) {
        if (request.type === 'Finalised') firstHeader ??= request.value
        return request
      },
      answered(request, answer) {
        if (request.type === 'ReadProof') {
          const asked = proofName(request)
          if (!firstProofs.has(asked)) firstProofs.set(asked, EnclaveResponse.ReadProof.decode(answer))
        }
        if (request.type === 'Messages' && isContract(request) && firstPage.length === 0) {
          firstPage = EnclaveResponse.Messages.decode(answer)
        }
        return answer
      },
    },

    'drops a message': messages((page) => page.slice(1)),
    'drops the last message': messages((page) => page.slice(0, -1)),
    'reorders messages': messages((page) => page.toReversed()),
    'replays old messages': messages((page) => firstPage.slice(0, page.length)),
    'forges a payload': messages((page) => page.map((message) => ({ ...message, payload: utf8Encode('forged') }))),
    'forges a sender': messages((page) =>
      page.map((message) => ({ ...message, sender: { type: 'Account', value: new Uint8Array(32) } })),
    ),
    'forges a time': messages((page) => page.map((message) => ({ ...message, timestamp: message.timestamp + 1n }))),
    'puts an old message under a new number': messages((page) =>
      page.map((message) => ({ ...(firstPage[0] ?? message), sequence: message.sequence })),
    ),

    'leaves a node out of proofs': proofs((proof) => proof.slice(1)),
    'changes a node of proofs': proofs((proof) =>
      proof.map((node) => node.map((byte, i) => (i === node.length - 1 ? byte ^ 1 : byte))),
    ),
    'proves nothing': proofs(() => []),
    'proves the state of an older block': proofs((proof, request) => firstProofs.get(proofName(request)) ?? proof),

    'replays an old header': headers((header) => firstHeader ?? header),
    'forges a state root': headers((header) => withHeader(header, { stateRoot: new Uint8Array(32) })),
    'forges a block number': headers((header) => withHeader(header, { number: header.header.number + 1_000 })),
    'forges a finality proof': headers((header) => ({
      ...header,
      proof: { type: 'Solo', value: { signature: new Uint8Array(64) } },
    })),
    'withholds headers': { told: (request) => (request.type === 'Finalised' ? undefined : request) },

    'forges blobs': {
      answered: (request, answer) =>
        request.type === 'GetBlob' ? EnclaveResponse.GetBlob.encode(utf8Encode('forged')) : answer,
    },
    'forges code': {
      answered: (request, answer) =>
        request.type === 'Code' ? EnclaveResponse.Code.encode(utf8Encode('forged')) : answer,
    },
    'forges the genesis proof': {
      told: (request) =>
        request.type === 'Start' ? { ...request, value: { ...request.value, genesisProof: [] } } : request,
    },
    'keeps calls and blobs to itself': {
      swallowed: ({ type }) => (type === 'Submit' || type === 'PutBlob' ? NOTHING : undefined),
    },

    'answers twice': {
      framed: (frame) => (Frame.decode(frame).body.type === 'Response' ? [frame, frame] : [frame]),
    },
    'sends frames that are none': { framed: () => [Uint8Array.of(1, 2, 3)] },
  } as const satisfies { [name: string]: Lie }

  return lies as { readonly [Name in keyof typeof lies]: Lie }
}

export type LieName = keyof ReturnType<typeof makeLies>

type RequestOf<K extends EnclaveRequest['type']> = Extract<EnclaveRequest, { type: K }>

function messages(change: (page: readonly TopicMessage[]) => readonly TopicMessage[]): Lie {
  return {
    answered: (request, answer) =>
      request.type === 'Messages' && isContract(request)
        ? EnclaveResponse.Messages.encode([...change(EnclaveResponse.Messages.decode(answer))])
        : answer,
  }
}

function proofs(change: (proof: readonly Uint8Array[], request: RequestOf<'ReadProof'>) => readonly Uint8Array[]): Lie {
  return {
    answered: (request, answer) =>
      request.type === 'ReadProof'
        ? EnclaveResponse.ReadProof.encode([...change(EnclaveResponse.ReadProof.decode(answer), request)])
        : answer,
  }
}

function headers(change: (header: FinalisedHeader) => FinalisedHeader): Lie {
  return {
    told: (request) => (request.type === 'Finalised' ? { ...request, value: change(request.value) } : request),
  }
}

function withHeader(finalised: FinalisedHeader, changes: Partial<FinalisedHeader['header']>): FinalisedHeader {
  return { ...finalised, header: { ...finalised.header, ...changes } }
}

function isContract({ value: { topic } }: RequestOf<'Messages'>): boolean {
  return Buffer.from(topic).toString('latin1').startsWith(CONTRACT_TOPIC)
}

/** The same question at any block. */
function proofName({ value: { keys } }: RequestOf<'ReadProof'>): string {
  return Buffer.from(EnclaveRequest.encode({ type: 'ReadProof', value: { block: new Uint8Array(32), keys } })).toString(
    'latin1',
  )
}
