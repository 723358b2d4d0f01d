import assert from 'node:assert/strict';
import { ErrorMemory } from '../../../src/shared/errorMemory.ts';
import { MemoryLog } from '../../support/memoryLog.ts';

describe('the memory of errors', () => {
  it('keeps the last ones, short, and hands every line on', () => {
    const log = new MemoryLog();
    const memory = new ErrorMemory(log);
    memory.debug('a');
    memory.info('b');
    memory.warn('c');
    for (let index = 0; index < 30; index++) memory.error(`${index} ${'x'.repeat(50_000)}`, { secret: true });
    assert.equal(log.lines.length, 33);
    assert.equal(memory.errors.length, 20);
    assert.match(memory.errors[0]?.message ?? '', /^10 x/);
    assert.ok(memory.errors.every(({ message }) => message.length === 20_000));
  });
});
