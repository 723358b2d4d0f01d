import type { NetworkInterfaceInfo } from 'node:os';

/** The addresses of this machine at which others, or its containers, can reach it, given its interfaces. */
export function hostAddresses(
  interfaces: Readonly<Partial<Record<string, readonly NetworkInterfaceInfo[]>>>,
): readonly string[] {
  const addresses = Object.values(interfaces).flatMap((all) => (all ?? []).map(({ address }) => address));
  return addresses.filter((address) => address !== '::1' && !address.startsWith('127.'));
}
