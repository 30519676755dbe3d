import { answering, webServer } from './test-server.ts'

// The toy server as a program of its own, for a config's "start". It imports little, since it is started often, and it
// does not survive the number 666.

await webServer({
  port: Number(process.env.AGENTWIRE_PORT),
  answer: answering(404, {}),
  message(socket, text) {
    const { n }: { n: number } = JSON.parse(text)
    if (n === 666) process.exit(1)
    socket.send(JSON.stringify({ type: 'doubled', n: 2 * n }))
  },
})
