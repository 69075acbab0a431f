/** A user's page that opens one session by a permit of a counted number of queries, and asks in it what its visitor wants. */
import { encodeCall } from '@pha/contract'
import {
  createClient,
  createPermit,
  deriveDevAccount,
  fromHex,
  type Hex,
  openSession,
  PhaError,
  type SessionTransportKind,
} from '@pha/sdk'
import { Echo } from './echo.ts'

/** What the page is told in its address. */
export interface AskingPageParameters {
  readonly node: string
  readonly genesisHash: Hex
  readonly contract: Hex
  readonly worker: Hex
  readonly transport: SessionTransportKind
  /** Queries that the permit allows. */
  readonly uses: string
}

declare global {
  /** Asks all at once; what the contract said to each, or the code of the refusal. */
  var askAll: (texts: readonly string[]) => Promise<readonly string[]>
}

const { echo } = Echo.interface.queries
/** Longer than an SDK tries to bring a request through. */
const ASKING_MS = 30_000

try {
  await open(Object.fromEntries(new URLSearchParams(location.search)) as unknown as AskingPageParameters)
  show('open')
} catch (error) {
  show(error instanceof PhaError ? `${error.code}: ${error.message}` : String(error))
}

async function open({ node, genesisHash, transport, uses, ...parameters }: AskingPageParameters): Promise<void> {
  const [contract, worker] = [fromHex(parameters.contract), fromHex(parameters.worker)]
  const client = createClient({ url: node, genesisHash, sessionTransport: transport })
  const signer = deriveDevAccount('//Bob')
  const permit = await createPermit(client, {
    signer,
    site: location.origin,
    contracts: [{ contract, methods: ['echo'] }],
    uses: Number(uses),
  })
  const session = await openSession(client, { worker, contract, permit })

  async function ask(text: string): Promise<string> {
    const input = encodeCall('echo', echo.args, { text })
    const answer = await session.ask({ type: 'Query', value: { input } }, AbortSignal.timeout(ASKING_MS))
    if (answer.type === 'Answer') return echo.result.decode(answer.value.output)
    return answer.type === 'Refused' ? answer.value.code : answer.type
  }
  globalThis.askAll = (texts) => Promise.all(texts.map(ask))
}

function show(state: string): void {
  const element = document.getElementById('state')
  if (element !== null) element.textContent = state
}
