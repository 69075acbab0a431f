/** polkadot-api against a node that serves the older groups of methods alone: its middleware translates. */
import { polkadotApiSuite } from './papi-suite.ts'

polkadotApiSuite('polkadot-api on the older groups of methods', ['--rpc-methods', 'legacy'])
