import assert from 'node:assert/strict';
import { diskOf, type DiskFileSystem } from '../../../src/isolation/folderDisk.ts';

/** A machine by the links of /sys/dev/block, the partitions among them, and the device nodes. */
function machine(
  links: Record<string, string>,
  partitions: readonly string[],
  nodes: Record<string, bigint | undefined>,
): DiskFileSystem {
  return {
    realpath: async (path) =>
      links[path.replace('/sys/dev/block/', '')] ?? Promise.reject(new Error('ENOENT')),
    access: (path) =>
      partitions.some((place) => path === `${place}/partition`)
        ? Promise.resolve()
        : Promise.reject(new Error()),
    stat: (path) =>
      path in nodes
        ? Promise.resolve({ isBlockDevice: () => nodes[path] !== undefined, rdev: nodes[path] ?? 0n })
        : Promise.reject(new Error('ENOENT')),
  };
}

const number = (major: bigint, minor: bigint) =>
  ((major & 0xfffn) << 8n) | ((major & ~0xfffn) << 32n) | (minor & 0xffn) | ((minor & ~0xffn) << 12n);

describe('the disk of a folder', () => {
  const sda = '/sys/devices/pci/ata1/block/sda';
  const disks = machine(
    { '8:0': sda, '8:3': `${sda}/sda3`, '259:300': '/sys/devices/x/block/cciss!c0d0' },
    [`${sda}/sda3`],
    { '/dev/sda': number(8n, 0n), '/dev/cciss/c0d0': number(259n, 300n) },
  );

  it('is the whole disk, of a partition too', async () => {
    assert.equal(await diskOf(number(8n, 0n), disks), '/dev/sda');
    assert.equal(await diskOf(number(8n, 3n), disks), '/dev/sda');
    assert.equal(await diskOf(number(259n, 300n), disks), '/dev/cciss/c0d0');
  });

  it('is none of an overlay, a share, or where the node is missing or another device', async () => {
    assert.equal(await diskOf(number(0n, 42n), disks), undefined);
    const links = { '8:0': sda, '8:16': '/sys/devices/other/block/sdb' };
    for (const nodes of [{}, { '/dev/sda': undefined }, { '/dev/sda': number(8n, 16n) }])
      assert.equal(await diskOf(number(8n, 0n), machine(links, [], nodes)), undefined);
  });
});
