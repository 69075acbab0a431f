/** Bundles a page as a user's build tool would, and serves it on this machine. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

export interface ServedPage extends AsyncDisposable {
  readonly url: string
  /** Of the script, with everything that it imports. */
  readonly bytes: { readonly minified: number; readonly gzipped: number }
}

/** A page that holds keys evaluates no text as code; WebAssembly is all that the SDK asks for. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src ws: http:; img-src data:"

/**
 * @param name of the page: `name.html` loads `page.js`, which is made of `name.ts`
 * @throws if the bundle needs anything that browsers have not, such as a built-in of Node
 * @example
 * await using page = await servePage('page')
 * await tab.goto(page.url)
 */
export async function servePage(name: string): Promise<ServedPage> {
  const [html, { outputFiles }] = await Promise.all([
    readFile(new URL(`${name}.html`, import.meta.url)),
    build({
      entryPoints: [fileURLToPath(new URL(`${name}.ts`, import.meta.url))],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      minify: true,
      logLevel: 'silent',
    }),
  ])
  const script = outputFiles[0]?.contents ?? new Uint8Array()
  const files = new Map<string, { readonly type: string; readonly body: Uint8Array }>([
    ['/', { type: 'text/html', body: html }],
    ['/page.js', { type: 'text/javascript', body: script }],
  ])
  const server = createServer((request, response) => {
    const file = files.get(new URL(request.url ?? '/', 'http://page').pathname)
    if (file === undefined) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': file.type, 'content-security-policy': CONTENT_SECURITY_POLICY })
    response.end(file.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    bytes: { minified: script.length, gzipped: gzipSync(script).length },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
