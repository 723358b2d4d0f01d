import assert from 'node:assert/strict';
import { localApfsIn } from '../../../src/review/localApfs.ts';

describe('the disks of a Mac', () => {
  it('count where they are of this machine and stamp to the nanosecond', () => {
    const mounts = [
      '/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)',
      'devfs on /dev (devfs, local, nobrowse)',
      '/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse, protect, root data)',
      'map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)',
      '/dev/disk5s1 on /Volumes/on (a) disk (apfs, local, nodev, nosuid, journaled, noowners)',
      '/dev/disk6s2 on /Volumes/old (hfs, local, nodev, nosuid, journaled)',
      '/dev/disk7s1 on /Volumes/stick (exfat, local, nodev, nosuid, noowners)',
      '//me@server/share on /Volumes/share (smbfs, nodev, nosuid, mounted by me)',
      '//me@server/x on /Volumes/x (apfs, local) (smbfs, nodev, nosuid, mounted by me)',
      '',
    ].join('\n');
    assert.deepEqual(localApfsIn(mounts), ['/', '/System/Volumes/Data', '/Volumes/on (a) disk']);
  });
});
