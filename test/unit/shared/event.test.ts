import assert from 'node:assert/strict';
import { Emitter } from '../../../src/shared/event.ts';

describe('an event', () => {
  it('reaches every listener, also where one of them throws', () => {
    const errors: unknown[] = [];
    const emitter = new Emitter<number>((error) => errors.push(error));
    const heard: string[] = [];
    emitter.event((value) => heard.push(`first ${value}`));
    emitter.event(() => {
      throw new Error('broken');
    });
    emitter.event((value) => heard.push(`last ${value}`));
    emitter.fire(1);
    assert.deepEqual(heard, ['first 1', 'last 1']);
    assert.deepEqual(errors, [new Error('broken')]);
  });

  it('reaches nobody who has let go, and nobody at all once it is disposed of', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    const first = emitter.event((value) => {
      heard.push(`first ${value}`);
      first.dispose();
    });
    emitter.event((value) => heard.push(`second ${value}`));
    emitter.fire(1);
    emitter.fire(2);
    emitter.dispose();
    emitter.fire(3);
    assert.deepEqual(heard, ['first 1', 'second 1', 'second 2']);
  });
});
