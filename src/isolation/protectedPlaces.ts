/** Folders of one platform that no container may get. Paths are absolute; on Windows without their drive. */
export interface SystemPlaces {
  /** Closed with everything in them. */
  readonly closed: readonly string[];
  /** Closed with everything in them, but for a home folder that lies there. */
  readonly closedButHome: readonly string[];
  /** Closed themselves, while folders in them are fine. */
  readonly closedItself: readonly string[];
  /** Every folder directly in one of these is somebody's home folder. */
  readonly homes: readonly string[];
  /** Open although they lie in a closed one, themselves not included. */
  readonly openBelow: readonly string[];
  /** Below the home folder: more credentials, and programs and settings that run by themselves on the host. */
  readonly personal: readonly string[];
}

const personalEverywhere = [
  '.mozilla',
  '.thunderbird',
  '.vscode',
  '.vscode-insiders',
  '.vscode-server',
  '.vscode-oss',
];

/** For Linux, and for any platform that is not listed. */
export const linuxPlaces: SystemPlaces = {
  closed: [
    ...['/bin', '/boot', '/dev', '/efi', '/etc', '/lib', '/lib32', '/lib64', '/libx32', '/lost+found'],
    ...['/proc', '/run', '/sbin', '/snap', '/sys', '/usr', '/nix', '/gnu'],
    ...['/var/run', '/var/lock', '/tmp/.X11-unix', '/tmp/.ICE-unix'],
    ...['/var/lib/docker', '/var/lib/containerd', '/var/lib/containers', '/var/lib/kubelet', '/var/snap'],
  ],
  closedButHome: [
    ...['/var/lib', '/var/log', '/var/cache', '/var/spool', '/var/backups', '/var/mail', '/var/db'],
    '/root',
  ],
  closedItself: ['/', '/home', '/media', '/mnt', '/opt', '/srv', '/tmp', '/var', '/var/tmp', '/var/home'],
  homes: ['/home', '/var/home'],
  // Where desktops attach a person's disks.
  openBelow: ['/run/media'],
  personal: [
    ...personalEverywhere,
    ...['.config/autostart', '.config/chromium', '.config/Code', '.config/google-chrome', '.config/systemd'],
    ...['.local/bin', '.local/share/applications', '.local/share/containers', '.local/share/docker'],
  ],
};

export const macPlaces: SystemPlaces = {
  closed: [
    ...[
      '/Applications',
      '/Library',
      '/Network',
      '/System',
      '/bin',
      '/cores',
      '/dev',
      '/etc',
      '/sbin',
      '/usr',
    ],
    ...['/opt/homebrew', '/opt/local', '/nix', '/private/etc', '/private/preboot'],
    ...['/var/run', '/var/vm', '/private/var/run', '/private/var/vm', '/.vol'],
  ],
  closedButHome: [
    ...['/var/db', '/var/log', '/var/root', '/var/lib', '/var/audit'],
    ...['/private/var/db', '/private/var/log', '/private/var/root', '/private/var/lib', '/private/var/audit'],
  ],
  closedItself: [
    ...['/', '/Users', '/Volumes', '/home', '/opt', '/private', '/tmp', '/var', '/var/tmp', '/var/folders'],
    ...['/private/tmp', '/private/var', '/private/var/tmp', '/private/var/folders'],
  ],
  homes: ['/Users'],
  openBelow: [],
  personal: [
    ...personalEverywhere,
    ...['Library/Application Support', 'Library/Containers', 'Library/Cookies', 'Library/Group Containers'],
    ...['Library/Keychains', 'Library/LaunchAgents', 'Library/Preferences', 'Library/Safari', '.local/bin'],
  ],
};

export const windowsPlaces: SystemPlaces = {
  closed: [
    ...['/Windows', '/Program Files', '/Program Files (x86)', '/ProgramData', '/Documents and Settings'],
    ...['/$Recycle.Bin', '/System Volume Information', '/Recovery', '/Boot', '/EFI', '/PerfLogs'],
  ],
  closedButHome: [],
  closedItself: ['/', '/Users'],
  homes: ['/Users'],
  openBelow: [],
  personal: [
    ...personalEverywhere,
    ...['AppData/Local/Google', 'AppData/Local/Microsoft', 'AppData/Local/Packages', 'AppData/Roaming/Code'],
    ...['AppData/Roaming/GitHub CLI', 'AppData/Roaming/Microsoft', 'AppData/Roaming/gcloud'],
    'AppData/Roaming/gnupg',
  ],
};

/** Folders that hold credentials wherever they are, as the names from one folder to the next. */
export const credentialFolders: readonly string[] = [
  ...[
    '.ssh',
    '.gnupg',
    '.aws',
    '.azure',
    '.kube',
    '.docker',
    '.password-store',
    '.config/gcloud',
    '.config/gh',
  ],
  ...['.config/op', '.config/sops', '.config/containers', '.config/rclone', '.config/hub', '.config/doctl'],
  ...['.local/share/keyrings', '.local/share/kwalletd', '.oci', '.terraform.d'],
];

/** Variables of the environment that name a folder with credentials, or an agent's socket. */
export const credentialVariables: readonly string[] = [
  ...['GNUPGHOME', 'DOCKER_CONFIG', 'CLOUDSDK_CONFIG', 'AZURE_CONFIG_DIR', 'GH_CONFIG_DIR'],
  ...['PASSWORD_STORE_DIR', 'SSH_AUTH_SOCK', 'XDG_RUNTIME_DIR'],
];

/** Variables of the environment that name a system folder of Windows. */
export const systemVariables: readonly string[] = [
  ...['SystemRoot', 'windir', 'ProgramFiles', 'ProgramFiles(x86)', 'ProgramW6432', 'ProgramData'],
];
