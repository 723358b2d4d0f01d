import * as l10n from '@vscode/l10n';
import { hasPart, isAtOrBelow, isSamePlace, placeOf, segmentsOf, type Place } from './pathPlace.ts';
import {
  credentialFolders,
  credentialVariables,
  linuxPlaces,
  macPlaces,
  systemVariables,
  windowsPlaces,
  type SystemPlaces,
} from './protectedPlaces.ts';

/** What decides which folders of a machine are closed. */
export interface FolderRulesFacts {
  readonly platform: NodeJS.Platform;
  /** The person's home folder. */
  readonly home: string;
  /** The engine's data folder, where it is on this machine. */
  readonly engineDataFolder?: string | undefined;
  /** The path of the engine's socket, where it has one. */
  readonly engineSocket?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Why no workspace may be made of the folder at this absolute path, in one sentence; `undefined` when it may. */
export function forbiddenReason(path: string, facts: FolderRulesFacts): string | undefined {
  const { platform } = facts;
  if (platform === 'win32' && isDevicePath(path))
    return l10n.t('This is a path of a device, not of a folder.');
  const place = placeOf(path, platform);
  if (!place) return l10n.t('The path is not absolute.');
  const home = placeOf(facts.home, platform);
  return (
    reasonOfSystem(place, home, facts) ??
    reasonOfHome(place, home, platform) ??
    reasonOfCredentials(place, facts) ??
    reasonOfEngine(place, facts)
  );
}

function reasonOfSystem(
  place: Place,
  home: Place | undefined,
  { platform, env }: FolderRulesFacts,
): string | undefined {
  const rules = systemPlacesOf(place, platform);
  const at = (path: string): Place => ({ root: place.root, segments: segmentsOf(path, rules.platform) });
  const inside = (folders: readonly string[]) =>
    folders.some((folder) => isAtOrBelow(rules.place, at(folder)));
  const itself = (folders: readonly string[]) =>
    folders.some((folder) => isSamePlace(rules.place, at(folder)));
  const { closed, closedButHome, closedItself, homes, openBelow } = rules.places;

  if (itself(closedItself)) return l10n.t('This folder holds the files of the whole system or of everybody.');
  const belowHome = home !== undefined && home.segments.length > 0 && isAtOrBelow(place, home);
  const opened = inside(openBelow) && !itself(openBelow);
  const variables = platform === 'win32' ? systemVariables : [];
  const named = variables.some((variable) => isAtOrBelowPath(place, env[variable], platform));
  if (named || (inside(closed) && !opened) || (inside(closedButHome) && !belowHome)) {
    return l10n.t('This folder belongs to the system.');
  }
  const { root, segments } = rules.place;
  if (homes.some((folder) => isSamePlace({ root, segments: segments.slice(0, -1) }, at(folder)))) {
    return l10n.t("This is a home folder, with everything that is in it. Choose a project's folder in it.");
  }
  return undefined;
}

function reasonOfHome(place: Place, home: Place | undefined, platform: NodeJS.Platform): string | undefined {
  if (!home) return l10n.t('Your home folder is not known, so nothing can be kept out of the container.');
  if (isAtOrBelow(home, place)) {
    return l10n.t("This is your home folder or contains it. Choose a project's folder in it.");
  }
  for (const folder of [...credentialFolders, ...placesOf(platform).personal]) {
    const closed = { root: home.root, segments: [...home.segments, ...segmentsOf(folder, platform)] };
    if (isAtOrBelow(closed, place) || isAtOrBelow(place, closed)) {
      return l10n.t('This folder holds credentials or programs of yours ({0}).', folder);
    }
  }
  return undefined;
}

function reasonOfCredentials(place: Place, { platform, env }: FolderRulesFacts): string | undefined {
  const folder = credentialFolders.find((name) => hasPart(place, segmentsOf(name, platform)));
  if (folder !== undefined) return l10n.t('This folder holds credentials ({0}).', folder);
  const variable = credentialVariables.find((name) => overlapsPath(place, env[name], platform));
  return variable && l10n.t('This folder holds credentials (the environment names it as {0}).', variable);
}

function reasonOfEngine(place: Place, facts: FolderRulesFacts): string | undefined {
  if (overlapsPath(place, facts.engineSocket, facts.platform)) {
    return l10n.t(
      'This folder holds the socket of the container engine, which gives control of the machine.',
    );
  }
  if (overlapsPath(place, facts.engineDataFolder, facts.platform)) {
    return l10n.t('This folder holds the data of the container engine, or lies in it.');
  }
  return undefined;
}

/** The system's places that apply; those of Windows too for a drive that the Linux subsystem shows below `/mnt`. */
function systemPlacesOf(
  place: Place,
  platform: NodeJS.Platform,
): { places: SystemPlaces; place: Place; platform: NodeJS.Platform } {
  const [first, drive = ''] = place.segments;
  if (platform === 'linux' && first === 'mnt' && /^[a-z]$/i.test(drive)) {
    const segments = segmentsOf(place.segments.slice(2).join('/'), 'win32');
    return { places: windowsPlaces, place: { root: place.root, segments }, platform: 'win32' };
  }
  return { places: placesOf(platform), place, platform };
}

function placesOf(platform: NodeJS.Platform): SystemPlaces {
  if (platform === 'win32') return windowsPlaces;
  return platform === 'darwin' ? macPlaces : linuxPlaces;
}

function isAtOrBelowPath(place: Place, path: string | undefined, platform: NodeJS.Platform): boolean {
  const folder = path === undefined ? undefined : placeOf(path, platform);
  return folder !== undefined && isAtOrBelow(place, folder);
}

/** True when either contains the other. */
function overlapsPath(place: Place, path: string | undefined, platform: NodeJS.Platform): boolean {
  const other = path === undefined ? undefined : placeOf(path, platform);
  return other !== undefined && (isAtOrBelow(place, other) || isAtOrBelow(other, place));
}

function isDevicePath(path: string): boolean {
  return /^[\\/]{2}[.?][\\/]/.test(path) || /^[\\/]{2}[^\\/]+[\\/][^\\/]+\$(?:[\\/]|$)/.test(path);
}
