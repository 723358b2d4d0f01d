import type { NetworkInterfaceInfo } from 'node:os';
import { addressText, parseSubnet, type Subnet } from '../shared/subnet.ts';

/** Wider ones, as the default route and the two halves that some VPNs put in its place, say nothing of who is there. */
const widest = 2 ** 24;

/** The blocks of addresses that this machine reaches by itself: its interfaces, and its routes as Linux tells them. */
export function hostSubnets(
  interfaces: Readonly<Partial<Record<string, readonly Pick<NetworkInterfaceInfo, 'cidr'>[]>>>,
  /** What `/proc/net/route` holds; empty where there is none. */
  routes: string,
): readonly Subnet[] {
  const own = Object.values(interfaces).flatMap((addresses) =>
    (addresses ?? []).map(({ cidr }) => cidr ?? ''),
  );
  const routed = routes
    .split('\n')
    .slice(1)
    .map((line) => {
      const [, destination = '', , , , , , mask = ''] = line.trim().split(/\s+/);
      return `${addressOf(destination)}/${prefixOf(mask)}`;
    });
  return [...own, ...routed].flatMap((text) => {
    const subnet = parseSubnet(text);
    return subnet && subnet.last - subnet.first < widest ? subnet : [];
  });
}

/** The kernel prints an address as the number that its bytes are in memory: the last part first. */
function addressOf(hex: string): string {
  return /^[0-9A-F]{8}$/i.test(hex) ? addressText(numberOf(hex)) : '';
}

function prefixOf(hex: string): number {
  return numberOf(hex).toString(2).replaceAll('0', '').length;
}

function numberOf(hex: string): number {
  return Number.parseInt(hex.match(/../g)?.reverse().join('') ?? '0', 16);
}
