/** `GET /metrics` on a port of its own, so that a proxy can open the RPC port without opening this one. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { metricsLimits } from './limits.ts'
import type { NodeMetrics } from './node-metrics.ts'

export interface MetricsServerInit {
  readonly host: string
  /** 9615 by custom; 0 takes a free one. */
  readonly port: number
}

export interface MetricsServer extends AsyncDisposable {
  readonly port: number
}

/**
 * Serves until it is disposed of.
 * @throws the system's error if the port is taken
 * @example
 * await using server = await metricsServer({ host: '127.0.0.1', port: 9615 })(metrics)
 */
export function metricsServer({ host, port }: MetricsServerInit): (metrics: NodeMetrics) => Promise<MetricsServer> {
  return async (metrics) => {
    const http = createServer({ requestTimeout: metricsLimits.requestMs }, (request, response) => {
      request.resume()
      if (request.method !== 'GET' || request.url !== '/metrics') return void response.writeHead(404).end()
      metrics.text().then(
        (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
        () => response.writeHead(500).end(),
      )
    })
    http.maxConnections = metricsLimits.connections
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject)
      http.listen(port, host, resolve)
    })
    return {
      port: (http.address() as AddressInfo).port,
      async [Symbol.asyncDispose]() {
        const closed = new Promise((resolve) => http.close(resolve))
        http.closeAllConnections()
        await closed
      },
    }
  }
}
