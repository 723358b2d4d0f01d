import { EventEmitter, once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';

/**
 * The run of the demo extension (test/host/demo), seen from outside: `on(step)` for what it tells, `requestStop()` to
 * have it remove its workspace. Both go through files in a folder, for it runs in a process of VS Code.
 */
export function followDemo(folder) {
  const file = path.join(folder, 'demo.jsonl');
  fs.writeFileSync(file, '');
  const events = new EventEmitter();
  const seen = new Map();
  let read = 0;
  const poll = () => {
    const text = fs.readFileSync(file).subarray(read).toString('utf8');
    const complete = text.slice(0, text.lastIndexOf('\n') + 1);
    read += Buffer.byteLength(complete);
    for (const line of complete.split('\n').filter(Boolean)) {
      const event = JSON.parse(line);
      seen.set(event.step, event);
      events.emit(event.step, event);
    }
  };
  const timer = setInterval(poll, 50);

  /** The first of some steps, now or later. */
  const next = async (...steps) => {
    const before = steps.find((step) => seen.has(step));
    if (before) return seen.get(before);
    const abort = new AbortController();
    try {
      const first = await Promise.race(steps.map((step) => once(events, step, { signal: abort.signal })));
      return first[0];
    } finally {
      abort.abort();
    }
  };
  return {
    file,
    next,
    on: (step, listener) => void events.on(step, listener),
    /** What it told of a step, if it did. */
    seen: (step) => seen.get(step),
    async requestStop({ timeoutMs }) {
      fs.writeFileSync(`${file}.stop`, '');
      const late = new Promise((resolve) => setTimeout(resolve, timeoutMs).unref());
      return await Promise.race([next('removed', 'notRemoved'), late.then(() => undefined)]);
    },
    close() {
      clearInterval(timer);
    },
  };
}
