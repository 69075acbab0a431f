/** Messages: ordered topics; only the head of each hash chain is in state, payloads are in the archive. No logic. */
import { limits, TopicHead } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { map, pallet } from '../../frame/declare.ts'

export const messages = pallet({
  name: 'Messages',
  index: 12,
  docs: 'Topics as hash chains: a follower proves the head and checks the messages between.',
  constants: {},
  storage: {
    topicHead: map('Blake2_128Concat', t.boundedBytes(limits.topic), TopicHead, 'The newest message of each topic.'),
  },
  calls: {},
  events: {
    MessagePushed: [{ topic: t.boundedBytes(limits.topic), sequence: t.u64 }, 'A message was put into a topic.'],
  },
  errors: {},
})
