// The peer: Fastify answers a number over HTTPS.
const { default: Fastify } = await import(String(process.env.FASTIFY))
const app = Fastify({ https: { key: process.env.KEY, cert: process.env.CERT } })
app.get(
  '/total',
  { schema: { response: { 200: { type: 'object', properties: { total: { type: 'number' } } } } } },
  () => ({
    total: 5,
  }),
)
await app.listen({ port: 0, host: '127.0.0.1' })
process.send?.(app.server.address().port)
