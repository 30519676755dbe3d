import type { Peer, Service } from './service.ts'

/** A service as it looks behind a hosting server that takes the peer's address from `X-Forwarded-For`. */
export function withForwardedPeer(service: Service): Service {
  const peerOf = (headers: Pick<Headers, 'get'>, peer: Peer): Peer => ({
    address: headers.get('x-forwarded-for')?.split(',')[0]?.trim() || peer.address,
  })
  return {
    get maxPayloadBytes() {
      return service.maxPayloadBytes
    },
    fetch: (request, peer) => service.fetch(request, peerOf(request.headers, peer)),
    upgrade: (request, peer) => service.upgrade(request, peerOf(request.headers, peer)),
    close: () => service.close(),
  }
}
