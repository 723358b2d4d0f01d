import * as l10n from '@vscode/l10n';

/** A user of the host or of a container by numbers. */
export interface UserId {
  readonly uid: number;
  readonly gid: number;
}

/** A user as engines write one: numbers, or a name that only the image knows. */
export function userText(user: UserId | { readonly name: string }): string {
  return 'name' in user ? user.name : `${user.uid}:${user.gid}`;
}

/** Whether a user is root by its number; one that only the image knows may be. */
export function isRoot(user: UserId | { readonly name: string }): boolean {
  return 'uid' in user && user.uid === 0;
}

/** Who runs in the container, and a sentence for the person where that is not obvious. */
export interface ChosenUser extends UserId {
  readonly note?: string;
}

export interface UserFacts {
  readonly platform: NodeJS.Platform;
  /** Who opened the folder; missing where the platform has no such numbers. */
  readonly person: UserId | undefined;
  readonly folderOwner: UserId | undefined;
  /** The engine maps root in a container to the person on the host. */
  readonly rootlessEngine: boolean;
}

/** Chooses who runs in the container, so that files written there belong to the person and root is the last resort. */
export function chooseUser({ platform, person, folderOwner, rootlessEngine }: UserFacts): ChosenUser {
  if (rootlessEngine) {
    return {
      ...root,
      note: l10n.t('Runs as root of the container, which a rootless engine maps to you on this machine.'),
    };
  }
  if (platform === 'win32') return ordinaryUser;
  if (person && person.uid !== 0) return person;
  if (folderOwner && folderOwner.uid !== 0) {
    return { ...folderOwner, note: l10n.t('Runs as the owner of the folder, because you are root.') };
  }
  if (!person && !folderOwner) return ordinaryUser;
  return {
    ...root,
    note: l10n.t(
      'Runs as root with no more capabilities than the profile grants, because you and the owner of the folder are root.',
    ),
  };
}

const root: UserId = { uid: 0, gid: 0 };

/** The first user of most images; file sharing of the desktop engines gives the files to the person anyway. */
const ordinaryUser: UserId = { uid: 1000, gid: 1000 };
