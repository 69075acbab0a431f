/** dedot's client for the newer groups of methods, which it takes by itself where a node serves them. */
import { DedotClient, WsProvider } from 'dedot'
import { dedotSuite } from './dedot-suite.ts'

dedotSuite('dedot', (url) => DedotClient.new(new WsProvider(url)))
