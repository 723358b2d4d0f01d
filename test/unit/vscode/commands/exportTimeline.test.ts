import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';

describe('export the timeline', () => {
  it('writes it as JSON where the person says, outside of the folder unless they say otherwise', async () => {
    const { window, given } = cordonInWindow();
    const { id } = await given('my demo');
    window.files.saveTo = '/tmp/demo.json';
    await window.run('cordon.exportTimeline', id);
    assert.equal(window.files.asked[0]?.defaultUri?.fsPath, `${homedir()}/my-demo-timeline.json`);
    const document = JSON.parse(window.files.written.get('/tmp/demo.json') ?? '') as {
      schema: string;
      version: number;
      entries: { text: string }[];
    };
    assert.deepEqual([document.schema, document.version], ['cordon.timeline', 1]);
    assert.match(document.entries[0]?.text ?? '', /^create "my demo": begun$/);
    assert.equal(window.statusMessage, 'Exported the timeline of my demo.');
  });

  it('writes nothing where the person gives up', async () => {
    const { window, given } = cordonInWindow();
    const { id } = await given('demo');
    await window.run('cordon.exportTimeline', id);
    assert.deepEqual([window.files.asked.length, window.files.written.size], [1, 0]);
  });

  it('says that it could not be written', async () => {
    const { window, given } = cordonInWindow();
    const { id } = await given('demo');
    window.files.saveTo = '/full/demo.json';
    window.files.failure = new Error('ENOSPC');
    await window.run('cordon.exportTimeline', id);
    assert.equal((await window.nextMessage()).text, 'The timeline could not be written to /full/demo.json.');
  });
});
