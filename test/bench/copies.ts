import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { ViewFolders } from '../../src/review/viewFolders.ts';
import { copyRules } from '../support/copyRules.ts';
import { connectTo } from '../support/engine.ts';
import { engineFacts, runLabel, type BenchSetting } from './benchSetting.ts';
import { timed, type Measurement } from './measurement.ts';
import { RawEngine } from './rawEngine.ts';

const files = 20_000;
const mebibytes = 512;
const rounds = 5;

/**
 * Copying a folder of many small files and some large ones to an engine. Beside it the engine unpacks what `tar` packs,
 * over the same socket. And the same once more, with nothing changed, as at each further start.
 */
export async function measureCopies(setting: BenchSetting): Promise<readonly Measurement[]> {
  const { socketPath, signal } = setting;
  const facts = await engineFacts(socketPath, signal);
  const raw = new RawEngine(socketPath, facts.info.apiVersion);
  const connection = connectTo(`unix://${socketPath}`);
  const parent = await mkdtemp(join(tmpdir(), 'cordon-bench-copies-'));
  const folder = join(parent, 'project');
  const samples = { cordon: [] as number[], raw: [] as number[] };
  const again: number[] = [];
  try {
    setting.say(`Making ${files.toLocaleString('en')} files and ${mebibytes} MiB ...`);
    await makeFolder(folder);
    const engine = await connection.get(signal);
    const image = (await engine.inspectImage(setting.image))?.id;
    assert.ok(image);
    const { uid, gid, dev, ino } = await stat(folder, { bigint: true });
    const checked = { path: folder, ownerUid: Number(uid), ownerGid: Number(gid), device: dev, inode: ino };
    for (let round = 0; round < rounds; round++) {
      signal.throwIfAborted();
      samples.raw.push(await copyByTar(raw, setting, folder));
      const id = randomBytes(16).toString('hex');
      const views = new ViewFolders(join(parent, 'kept'), copyRules);
      await views.prepare(id, checked);
      const operation = { signal, progress: () => undefined };
      const bring = () =>
        views.copies.bring({ engine, record: { id }, folder: checked, operation, image, hidden: [] });
      try {
        samples.cordon.push(await timed(bring));
        again.push(await timed(bring));
      } finally {
        await engine.removeCopy(id);
      }
    }
  } finally {
    raw.dispose();
    connection.dispose();
    await rm(parent, { recursive: true, force: true });
  }
  const of = `${files.toLocaleString('en')} files, ${mebibytes} MiB`;
  return [
    { measure: `copy: ${of} (raw: tar)`, samples, target: { of: 'ratio', atMost: 2 } },
    { measure: `copy: ${of}, nothing changed`, samples: { cordon: again } },
  ];
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder);
  await chmod(folder, 0o755);
  for (let index = 0; index < files; index++) {
    const place = join(folder, `d${index % 200}`);
    if (index < 200) await mkdir(place);
    await writeFile(join(place, `f${index}`), 'a line of text\n'.repeat(100));
  }
  const large = randomBytes(1024 ** 2);
  for (let index = 0; index < 4; index++)
    await writeFile(
      join(folder, `large${index}`),
      Buffer.concat(Array.from({ length: mebibytes / 4 }, () => large)),
    );
}

async function copyByTar(raw: RawEngine, setting: BenchSetting, folder: string): Promise<number> {
  const Name = `${setting.name}-copy`;
  const Labels = Object.fromEntries([runLabel(setting.name).split('=')]) as Record<string, string>;
  await raw.call('POST', '/volumes/create', { Name, Labels });
  const container = await raw.make('/containers/create', {
    ...{ Image: setting.image, Labels, Cmd: ['/nothing'] },
    HostConfig: { Mounts: [{ Type: 'volume', Source: Name, Target: '/copy' }] },
  });
  try {
    return await timed(() => unpack(setting, `/containers/${container}/archive?path=/copy`, folder));
  } finally {
    await raw.call('DELETE', `/containers/${container}?force=1`);
    await raw.call('DELETE', `/volumes/${Name}`);
  }
}

async function unpack({ socketPath, signal }: BenchSetting, path: string, folder: string): Promise<void> {
  const tar = spawn('tar', ['-c', '-C', folder, '.'], { stdio: ['ignore', 'pipe', 'inherit'], signal });
  const request = http.request({ socketPath, path, method: 'PUT', signal });
  const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
  });
  tar.stdout.pipe(request);
  const answer = await answered;
  await finished(answer.resume());
  assert.equal(answer.statusCode, 200);
}
