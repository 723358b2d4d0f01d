import { listFolder, type FolderFinds, type FolderPlace } from './folderListing.ts';
import { collect, hasFinds, walkFolders, type FolderScan } from './folderScan.ts';
import type { PathRules } from './pathRules.ts';

/** Told before a folder is read, so that nothing that comes later is missed, and when it is known no more. */
export interface FolderFollower {
  add(path: string): void;
  remove(path: string): void;
}

/** What the rules are about in a folder, kept so that a change means reading one folder again and not all of them. */
export class FolderIndex {
  private readonly root: string;
  private readonly rules: PathRules;
  private readonly follower: FolderFollower;
  /** All folders, with those directly below each. */
  private readonly folders = new Map<
    string,
    { readonly place: FolderPlace; below: readonly FolderPlace[] }
  >();
  private readonly finds = new Map<string, FolderFinds>();

  constructor(root: string, rules: PathRules, follower: FolderFollower) {
    this.root = root;
    this.rules = rules;
    this.follower = follower;
  }

  get scan(): FolderScan {
    return collect([...this.finds.values()]);
  }

  /** Whether a change of this file's content could be about the rules. */
  isAbout(folder: string, name: string): boolean {
    const inside = this.folders.get(folder)?.place.inside;
    const isOrdinary = inside === 'project' || inside === 'dependencies';
    if (!isOrdinary || this.rules.mayMatter(name)) return true;
    return this.finds.get(folder)?.readOnly.includes(folder === '' ? name : `${folder}/${name}`) ?? false;
  }

  /** Reads everything anew. */
  async build(signal?: AbortSignal): Promise<void> {
    this.forget('');
    await this.readAll({ path: '', inside: 'project' }, signal);
  }

  /** To be called for what was made, moved or removed: what has the name of a known folder may be another one now. */
  forget(path: string): void {
    const waiting = [path];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const folder of this.folders.get(next)?.below ?? []) waiting.push(folder.path);
      if (this.folders.delete(next)) this.follower.remove(next);
      this.finds.delete(next);
    }
  }

  /** Reads one folder anew, with the folders that came up in it; one that is not known needs nothing. */
  async refresh(path: string, signal?: AbortSignal): Promise<void> {
    const known = this.folders.get(path);
    if (known) await this.readAll(known.place, signal, (place) => !this.folders.has(place.path));
  }

  private async readAll(
    start: FolderPlace,
    signal: AbortSignal | undefined,
    isWanted: (place: FolderPlace) => boolean = () => true,
  ): Promise<void> {
    await walkFolders([start], signal, (place) => this.read(place).filter(isWanted));
  }

  private read(place: FolderPlace): readonly FolderPlace[] {
    const { path } = place;
    const before = this.folders.get(path);
    if (!before) this.follower.add(path);
    const listing = listFolder(this.root, place, this.rules);
    if (!listing) {
      this.forget(path);
      return [];
    }
    const stillThere = new Set(listing.folders.map((folder) => folder.path));
    for (const folder of before?.below ?? []) if (!stillThere.has(folder.path)) this.forget(folder.path);
    this.folders.set(path, { place, below: listing.folders });
    if (hasFinds(listing)) this.finds.set(path, listing);
    else this.finds.delete(path);
    return listing.folders;
  }
}
