/** dedot's client for the older groups of methods. */
import { LegacyClient, WsProvider } from 'dedot'
import { dedotSuite } from './dedot-suite.ts'

dedotSuite('dedot on the older groups of methods', (url) => LegacyClient.new(new WsProvider(url)))
