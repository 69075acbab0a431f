/** TLS 1.3 handshakes of Node, both ends in this process and no network between them: what sessions are compared with. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { duplexPair } from 'node:stream'
import { connect, createSecureContext, TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { temporaryFolder } from '@pha/testing'

export interface Certificate {
  readonly key: Buffer
  readonly cert: Buffer
}

const run = promisify(execFile)

/** A certificate of this machine's own, on P-256 as most servers have. */
export async function ownCertificate(): Promise<Certificate> {
  await using folder = await temporaryFolder()
  const [key, cert] = [join(folder.path, 'key.pem'), join(folder.path, 'cert.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  await run('openssl', ['req', '-x509', ...curve, '-days', '1', ...name, '-keyout', key, '-out', cert])
  return { key: await readFile(key), cert: await readFile(cert) }
}

/**
 * A function that makes handshakes one after another: full ones, with the certificate checked, and a message of 256 bytes
 * each way, since a session has exchanged that too when it is open.
 */
export function handshakes({ key, cert }: Certificate, group: string): (count: number) => Promise<void> {
  const settings = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3', ecdhCurve: group } as const
  const server = createSecureContext({ key, cert, ...settings })
  const client = createSecureContext({ ca: cert, ...settings })
  const message = Buffer.alloc(256)
  return async (count) => {
    for (let i = 0; i < count; i++) {
      const [near, far] = duplexPair()
      const serving = new TLSSocket(far, { isServer: true, secureContext: server })
      serving.once('data', () => serving.write(message))
      const socket = connect({ socket: near, secureContext: client, servername: 'localhost' })
      await once(socket, 'secureConnect')
      if (!socket.authorized || socket.getProtocol() !== 'TLSv1.3') throw new Error('another handshake was made')
      socket.write(message)
      await once(socket, 'data')
      socket.destroy()
      serving.destroy()
    }
  }
}
