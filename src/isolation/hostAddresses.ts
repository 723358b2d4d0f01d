import type { NetworkInterfaceInfo } from 'node:os';

/** The IPv4 addresses of this machine at which others can reach it, given its interfaces. */
export function hostAddresses(
  interfaces: Readonly<Partial<Record<string, readonly NetworkInterfaceInfo[]>>>,
): readonly string[] {
  return Object.values(interfaces).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ family, internal, address }) =>
      family === 'IPv4' && !internal ? address : [],
    ),
  );
}
