import { BlockList, isIP } from 'node:net'
import { plainAddress } from '../core/address.ts'
import type { Peer } from '../core/service.ts'
import { equalInConstantTime } from '../core/signing.ts'

/** The networks that may use the debug surface unless the app says otherwise. */
export const defaultNetworks = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1',
] as const

export interface AccessGateOptions {
  /** Read for every request, so that a key can be changed while the server runs. */
  key(): string | undefined
  /** Addresses and networks; `*` switches the check off. */
  allowedNetworks?: readonly string[]
  /** Exact addresses of proxies whose `X-Forwarded-For` is believed. */
  trustedProxies?: readonly string[]
}

/** A refusal: status and text. */
export interface Refusal {
  status: number
  detail: string
}

/** Stands before every route of the debug surface: first the key, then the address, then the route. */
export class AccessGate {
  protected readonly options: AccessGateOptions
  readonly #allowed = new BlockList()
  readonly #anyAddress: boolean

  constructor(options: AccessGateOptions) {
    this.options = options
    const networks = options.allowedNetworks ?? defaultNetworks
    this.#anyAddress = networks.includes('*')
    for (const network of networks) if (network !== '*') addNetwork(this.#allowed, network)
  }

  /** Why a request may not pass, or nothing. */
  refusal(headers: Headers, peer: Peer): Refusal | undefined {
    const key = this.options.key()
    if (!key) return { status: 403, detail: 'Debug API not configured' }
    if (!equalInConstantTime(headers.get('x-debug-key') ?? '', key))
      return { status: 401, detail: 'Invalid API key' }
    return this.#anyAddress ? undefined : this.addressRefusal(this.clientAddress(headers, peer))
  }

  /**
   * The address of the client. Behind a trusted proxy it is the last element of `X-Forwarded-For` that is not itself
   * a trusted proxy: everything before that one may have been written by the client.
   */
  protected clientAddress(headers: Headers, peer: Peer): string | undefined {
    const trusted = this.options.trustedProxies ?? []
    const forwarded = headers.get('x-forwarded-for')
    if (peer.address === undefined || !trusted.includes(plainAddress(peer.address)) || !forwarded)
      return peer.address
    const chain = forwarded.split(',').map(element => element.trim())
    return chain.findLast(element => !trusted.includes(element)) ?? chain[0]
  }

  protected addressRefusal(address: string | undefined): Refusal | undefined {
    if (!address) return { status: 403, detail: 'Cannot determine client IP' }
    const family = isIP(address)
    if (family === 0) return { status: 403, detail: `Invalid client IP: ${address}` }
    if (this.isAllowed(address, family)) return undefined
    return { status: 403, detail: `IP ${address} not allowed` }
  }

  protected isAllowed(address: string, family: number): boolean {
    return this.#allowed.check(address, family === 4 ? 'ipv4' : 'ipv6')
  }
}

function addNetwork(list: BlockList, network: string): void {
  const [address = '', bits] = network.split('/')
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  if (bits === undefined) list.addAddress(address, family)
  else list.addSubnet(address, Number(bits), family)
}
