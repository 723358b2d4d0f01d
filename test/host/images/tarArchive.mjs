const BLOCK = 512;

/**
 * A tar archive made in memory, everything owned by root, the same bytes for the same entries.
 * An entry is `{ path, mode?, content? | link? }`; without content or link it is a folder.
 */
export function tarArchive(entries) {
  const parts = entries.flatMap((entry) => {
    const content = entry.content === undefined ? Buffer.alloc(0) : Buffer.from(entry.content);
    return [header(entry, content.length), content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function header({ path, mode, content, link }, size) {
  const isFolder = content === undefined && link === undefined;
  const block = Buffer.alloc(BLOCK);
  const octal = (value, offset, length) =>
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, 'ascii');
  block.write(isFolder ? `${path}/` : path, 0, 100, 'utf8');
  octal(mode ?? 0o755, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  block.write(' '.repeat(8), 148, 'ascii');
  block.write(isFolder ? '5' : link === undefined ? '0' : '2', 156, 'ascii');
  if (link !== undefined) block.write(link, 157, 100, 'utf8');
  block.write('ustar\0' + '00', 257, 'ascii');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'ascii');
  return block;
}
