/** What the records before an entry of a tar archive say, by their keys. What is no record ends them. */
export function paxRecords(body: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < body.length;) {
    const blank = body.indexOf(' ', at);
    const length = Number(body.toString('latin1', at, blank));
    const equals = body.indexOf('=', blank);
    if (blank < 0 || equals < 0 || !Number.isInteger(length) || at + length <= equals) break;
    records.set(body.toString('utf8', blank + 1, equals), body.subarray(equals + 1, at + length - 1));
    at += length;
  }
  return records;
}

/** Records as they stand before an entry: each says first how long it is, that number included. */
export function paxBody(records: ReadonlyMap<string, Buffer>): Buffer {
  return Buffer.concat(
    [...records].flatMap(([key, value]) => {
      const bytes = Buffer.byteLength(key) + value.length + 3;
      let length = bytes + String(bytes).length;
      if (String(length).length > String(bytes).length) length = bytes + String(length).length;
      return [Buffer.from(`${length} ${key}=`), value, Buffer.from('\n')];
    }),
  );
}
