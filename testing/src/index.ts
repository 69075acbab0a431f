/** The testkit: networks that tests boot, and recorders that watch them. */
export { bootNetwork, type NetworkHost, type NetworkOptions, type TestNetwork } from './boot-network.ts'
export { bootProcesses, type ProcessControl, type ProcessesOptions, type ProcessNetwork } from './boot-processes.ts'
export { type BuiltEnclaves, builtEnclaves } from './built-enclaves.ts'
export type { Part } from './part.ts'
export { type ChannelRecorder, recordChannel } from './record-channel.ts'
export { holds, type RecordedConnection, recordTraffic, type TrafficRecorder } from './record-traffic.ts'
export { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts'
export { until } from './until.ts'
