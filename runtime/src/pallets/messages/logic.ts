/** Puts messages into topics: the head goes into state, the message itself into the node's archive. */
import { EMPTY_TOPIC, messageArchiveKey, nextHead, type Sender, type TopicHead, TopicMessage } from '@pha/core/protocol'
import { implement } from '../../frame/implement.ts'
import { systemLogic } from '../system/logic.ts'
import { timestampLogic } from '../timestamp/logic.ts'
import { messages } from './schema.ts'

export const messagesLogic = implement(
  messages,
  { system: systemLogic, timestamp: timestampLogic },
  ({ storage, events, deps, env }) => {
    function head(topic: Uint8Array): TopicHead {
      return storage.topicHead.get(topic) ?? EMPTY_TOPIC
    }

    /**
     * Appends a message to a topic. The calling pallet vouches for `sender` and bounds `payload`.
     * State stays the same size however long a topic gets; fees pay for the archive.
     * @returns its sequence, from 1
     * @example
     * const sequence = deps.messages.push(topics.contract(id), { type: 'Account', value: who }, payload)
     */
    function push(topic: Uint8Array, sender: Sender, payload: Uint8Array): bigint {
      const before = head(topic)
      const sequence = before.sequence + 1n
      const message: TopicMessage = {
        sequence,
        block: deps.system.blockNumber(),
        timestamp: deps.timestamp.now(),
        sender,
        payload,
      }
      storage.topicHead.set(topic, nextHead(before, message))
      env.archive(messageArchiveKey(topic, sequence), TopicMessage.encode(message))
      events.MessagePushed({ topic, sequence })
      return sequence
    }

    return { calls: {}, exposes: { head, push } }
  },
)
