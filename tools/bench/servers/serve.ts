/** Tells the bench that the server is ready, and answers what it asks until it has gone. */
export function tellReady(ready: { url: string } & Record<string, unknown>): void {
  process.on('message', () => {
    // Twice: what a first collection has let go of is given back by the second.
    global.gc?.()
    global.gc?.()
    process.send?.(process.memoryUsage.rss())
  })
  process.on('disconnect', () => process.exit())
  process.send?.(ready)
}
