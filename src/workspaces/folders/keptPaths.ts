import { lstat } from 'node:fs/promises';
import type { ContainerFacts } from '../../isolation/isolationReport.ts';
import { protectionInForce } from '../folderProtections.ts';
import { identityOf } from './pathContent.ts';

/** How a container stands to a path that should be kept from it. */
export type Keeping =
  | 'kept'
  /** It came up after the container started, which therefore knows nothing of it. */
  | 'new'
  /** The host put another file in its place, and what lay over the old one went with that. */
  | 'lost';

/** The paths that are kept from one container, by the files that were there when it started. */
export class KeptPaths {
  private readonly root: string;
  private readonly identities: ReadonlyMap<string, string>;
  private readonly places: ReadonlyMap<string, string>;

  private constructor(root: string, identities: ReadonlyMap<string, string>) {
    this.root = root;
    this.identities = identities;
    this.places = new Map([...identities].map(([path, identity]) => [identity, path]));
  }

  /** To be called right after the start. */
  static async of(root: string, facts: ContainerFacts): Promise<KeptPaths> {
    const { readOnly, masked } = protectionInForce(facts);
    const startedAtMs = Date.parse(facts.startedAt ?? '');
    const identities = new Map<string, string>();
    for (const path of [...readOnly, ...masked]) {
      const stats = await lstat(`${root}/${path}`).catch(() => undefined);
      // What was made after the start cannot be what was there then.
      const isSame = stats !== undefined && !(stats.birthtimeMs > startedAtMs);
      identities.set(path, isSame ? ((await identityOf(`${root}/${path}`)) ?? 'gone') : 'gone');
    }
    return new KeptPaths(root, identities);
  }

  async keepingOf(path: string, identity: string): Promise<Keeping> {
    const known = this.identities.get(path);
    if (known === identity) return 'kept';
    // A folder above it was renamed: what lies over it went along.
    const before = this.places.get(identity);
    if (before !== undefined && (await identityOf(`${this.root}/${before}`)) !== identity) return 'kept';
    return known === undefined ? 'new' : 'lost';
  }
}
