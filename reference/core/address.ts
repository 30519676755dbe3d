/** Whether an address is this machine's own. */
export function isLoopback(address: string | undefined): boolean {
  const plain = plainAddress(address ?? '')
  return plain === '::1' || plain.startsWith('127.')
}

/** An IPv4-mapped IPv6 address as the IPv4 address that it stands for. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}
