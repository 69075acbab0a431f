/** Errors of the channel between enclave and host. */
import { CodedError } from '@pha/core/codec'

export type ChannelErrorCode =
  /** A frame's length is above `limits.channelFrame`. */
  | 'channel.frame-too-large'
  /** The bytes of a frame are no `Frame`. */
  | 'channel.malformed-frame'
  /** An answer to a request that was never made, or was answered before. */
  | 'channel.unknown-response'
  /** The host's answer does not have the type that the request asks for. */
  | 'channel.malformed-response'
  /** The host's request is no `HostRequest`. */
  | 'channel.malformed-request'
  /** Too many requests at once, in either direction. */
  | 'channel.busy'
  /** The host did not answer in time. */
  | 'channel.timeout'
  /** The pipe ended. */
  | 'channel.closed'
  /** The host refused; `detail` is its code. */
  | 'channel.host-refused'

export class ChannelError extends CodedError<ChannelErrorCode> {
  override readonly name = 'ChannelError'
  /** The other end's own code, for `channel.host-refused`. Untrusted text of at most 256 bytes. */
  readonly detail: string | undefined

  constructor(code: ChannelErrorCode, detail?: string) {
    super(code, detail)
    this.detail = detail
  }
}
