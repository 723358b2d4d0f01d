const etc = [
  { path: 'etc' },
  { path: 'etc/passwd', mode: 0o644, content: 'root:x:0:0:root:/root:/bin/sh\n' },
  { path: 'etc/group', mode: 0o644, content: 'root:x:0:\n' },
];
const shell = (busybox, applets) => [
  { path: 'bin' },
  { path: 'bin/busybox', content: busybox },
  ...applets.filter((name) => name !== 'busybox').map((name) => ({ path: `bin/${name}`, link: 'busybox' })),
];
const PATH = 'ENV PATH=/bin';

/**
 * The small images: friendly `tiny`, and those that an extension has to cope with. `entries` says what is in one,
 * given a static busybox and the names of its applets; `changes` are Dockerfile instructions.
 */
export const recipes = {
  /** A shell and the usual programs, and no /tmp. */
  tiny: {
    entries: (...base) => [
      ...shell(...base),
      ...etc,
      ...['root', 'home', 'run', 'var'].map((path) => ({ path })),
    ],
    changes: [PATH, 'CMD ["/bin/sh"]'],
  },
  /** Nothing but the programs: no /tmp, /run, /var, /home, no users. */
  notmp: { entries: (...base) => shell(...base), changes: [PATH, 'CMD ["/bin/sh"]'] },
  /** Two programs and no shell. */
  noshell: {
    entries: (busybox) => [
      { path: 'bin' },
      { path: 'bin/sleep', content: busybox },
      { path: 'bin/cat', content: busybox },
    ],
    changes: [PATH, 'CMD ["/bin/sleep", "infinity"]'],
  },
  /** One program that waits for its standard input, and no way to sleep. */
  nosleep: {
    entries: (busybox) => [{ path: 'bin' }, { path: 'bin/cat', content: busybox }],
    changes: [PATH, 'ENTRYPOINT ["/bin/cat"]'],
  },
  /** Its entrypoint ends at once. */
  exits: {
    entries: (...base) => [...shell(...base), ...etc, { path: 'tmp', mode: 0o1777 }],
    changes: [PATH, 'ENTRYPOINT ["/bin/false"]'],
  },
  /** Its shell keeps a container alive, and does whatever the file `lie` in the folder says instead of what it is asked to do. */
  liar: {
    entries: (busybox) => [
      { path: 'bin' },
      { path: 'bin/busybox', content: busybox },
      { path: 'bin/sleep', link: 'busybox' },
      {
        path: 'bin/sh',
        content: '#!/bin/busybox sh\n[ $# = 0 ] && exec /bin/busybox sh\n. /workspace/lie\n',
      },
    ],
    changes: [PATH, 'CMD ["/bin/sleep", "infinity"]'],
  },
  /** Declares anonymous volumes. */
  volume: {
    entries: (...base) => [
      ...shell(...base),
      ...etc,
      ...['data', 'var', 'var/lib', 'var/lib/stuff'].map((path) => ({ path })),
      { path: 'data/from-image', mode: 0o644, content: 'seed\n' },
      { path: 'tmp', mode: 0o1777 },
    ],
    changes: [PATH, 'VOLUME /data /var/lib/stuff', 'CMD ["/bin/sh"]'],
  },
  /** Homes that only root may enter. */
  roothome: {
    entries: (...base) => [
      ...shell(...base),
      ...etc,
      { path: 'root', mode: 0o700 },
      { path: 'home', mode: 0o700 },
      { path: 'tmp', mode: 0o755 },
    ],
    changes: [PATH, 'ENV HOME=/root', 'USER root', 'CMD ["/bin/sh"]'],
  },
};
