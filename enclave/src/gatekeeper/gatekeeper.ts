/** The gatekeeper's work at each proven block: publish its share once, then release keys to whom the chain assigned. */
import { equalBytes, toHex } from '@pha/core/codec'
import { seal } from '@pha/core/crypto'
import {
  bind,
  contexts,
  contractKeyInput,
  GatekeepersMessage,
  KeyRelease,
  type KeyRequest,
  limits,
  PartialKey,
  partialKeyAad,
  type TopicMessage,
  topics,
} from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import { evaluatePartial, type RootShare } from '@pha/core/threshold'
import { gatekeepers, messages } from '@pha/runtime/pallets'
import { codeOf } from '../log.ts'
import { random } from '../random.ts'
import type { EnclaveParts, Role } from '../service/enclave-service.ts'
import { ServiceError } from '../service/service-error.ts'
import { at, type ProvenView } from '../sync/proven-view.ts'
import { TopicFollower } from '../sync/topic-follower.ts'
import { mayRelease } from './may-release.ts'
import { openRootShare } from './root-share.ts'

/** Tries for requests whose releases the host cannot submit; then the next are served, and the workers ask again. */
const MAX_TRIES = 3

/**
 * @example
 * const service = new EnclaveService({ kind: 'Gatekeeper', folder }, { host, log, tee, role: gatekeeperRole })
 */
export function gatekeeperRole(parts: EnclaveParts): Role {
  const { host, memory, chain } = parts
  const share = openRootShare(memory)
  const noticed = chain.noticed.bind(chain)
  const topic = new TopicFollower(topics.gatekeepers, { host, noticed }, memory.content.gatekeeperTopic)
  let tries = 0

  return {
    async update(view, worker) {
      if (worker === undefined) return
      const index = await ownIndex(parts, share, view)
      if (index === undefined) return
      const [head] = await view.read(at(messages.storage.topicHead, topics.gatekeepers))
      if (head === undefined) return
      await topic.checkTo(head)
      while (topic.position.sequence < head.sequence) {
        const before = topic.position
        const end = before.sequence + BigInt(limits.batch)
        const requests = await topic.take(end < head.sequence ? end : head.sequence)
        const served = await Promise.allSettled(requests.map((each) => serveRequest(parts, share, index, view, each)))
        const failed = served.find((result) => result.status === 'rejected')
        if (failed !== undefined) {
          parts.log.warn('a key could not be released', { block: view.block.number, code: codeOf(failed.reason) })
          // A release that is repeated does no harm; one that is left out would keep a contract from running.
          if (++tries < MAX_TRIES) return topic.seek(before)
        }
        tries = 0
        memory.change({ gatekeeperTopic: topic.position, checkpoint: view.block })
      }
    },
    answer: () => Promise.reject(new ServiceError('enclave.unsupported')),
    status: () => ({ contracts: [], sessions: 0 }),
  }
}

/** The index under which this share is in office; publishes it if no group exists yet. */
async function ownIndex(parts: EnclaveParts, share: RootShare, view: ProvenView): Promise<number | undefined> {
  const { genesis, identity, host, submissions, log } = parts
  const { publicKey } = identity.signing
  const { publicShare } = share
  const [group] = await view.read(at(gatekeepers.storage.group))
  if (group === undefined) {
    const signature = identity.signing.sign(bind(contexts.gatekeeperShare, genesis, publicShare))
    const call = gatekeepers.calls.publishShare.encode({ identity: publicKey, publicShare, signature })
    submissions.once('public-share', view.block.number, () => host.submit(call))
    return undefined
  }
  const member = group.members.find(({ identity: known }) => equalBytes(known, publicKey))
  if (member !== undefined && equalBytes(member.publicShare, publicShare)) return member.index
  log.error('the group in office has another share', { block: view.block.number, code: 'gatekeeper.not-a-member' })
  return undefined
}

async function serveRequest(
  parts: EnclaveParts,
  share: RootShare,
  index: number,
  view: ProvenView,
  { payload, sender, sequence }: TopicMessage,
): Promise<void> {
  const { log } = parts
  const parsed = tryDecode(GatekeepersMessage, payload)
  if (!parsed.ok) return log.warn('unknown message', { sequence, code: parsed.reason })
  if (parsed.value.type !== 'KeyRequested') return
  const request = parsed.value.value
  if (sender.type !== 'Worker' || !equalBytes(sender.value, request.worker)) {
    return log.warn('request by somebody else', { sequence, code: 'release.wrong-sender' })
  }
  const fields = { contract: toHex(request.contract), worker: toHex(request.worker), epoch: request.epoch }
  const decision = await mayRelease(view, request)
  if (!decision.ok) return log.warn('key refused', { ...fields, code: decision.reason })
  await parts.host.submit(await release(parts, share, index, request))
  log.info('key released', fields)
}

/** The call that carries this gatekeeper's part, sealed to the key that the worker made for it. */
async function release(
  { genesis, identity }: EnclaveParts,
  { share, publicShare }: RootShare,
  index: number,
  request: KeyRequest,
): Promise<Uint8Array> {
  const { worker, contract, epoch, recipient } = request
  const input = contractKeyInput(genesis, contract, epoch)
  const plaintext = PartialKey.encode({ index, ...evaluatePartial(share, publicShare, input, random) })
  const aad = partialKeyAad(genesis, request)
  const sealed = await seal({ recipient, context: contexts.partialKey, aad, plaintext, random })
  const released: KeyRelease = { worker, contract, epoch, index, sealed }
  const signature = identity.signing.sign(bind(contexts.keyRelease, genesis, KeyRelease.encode(released)))
  return gatekeepers.calls.releaseKey.encode({ release: released, signature })
}
