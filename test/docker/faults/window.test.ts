import { FaultBench, type Fault } from '../../support/faultBench.ts';
import { faultMatrix } from '../../support/faultMatrix.ts';
import { testEngine } from '../../support/engine.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { takeClock, type MovedClock } from '../../support/movedClock.ts';
import { seed } from '../../support/seed.ts';

const dayMs = 86_400_000;

describe(`a window that something befalls at any request (seed ${seed})`, () => {
  let bench: FaultBench;
  let storage: MemoryStorage;

  const closed: Fault = {
    name: 'it is closed and another one opened',
    moments: ['before', 'after'],
    codes: ['cancelled', 'engineUnavailable'],
    strike: async (meeting, _, { moment }) => {
      if (moment === 'after') await meeting.forward();
      bench.close();
      meeting.breakOff();
    },
  };
  const full: Fault = {
    name: 'nothing can be stored any more',
    moments: ['before'],
    codes: ['storageFailed'],
    strike: async (meeting, _, { ended }) => {
      storage.failure = new Error('ENOSPC: no space left on device, write');
      await meeting.tell(await meeting.forward());
      await ended;
      storage.failure = undefined;
    },
  };

  before(async function () {
    this.timeout(60_000);
    const engine = await testEngine();
    await engine.dispose();
    bench = await FaultBench.start(engine.socketPath, () => (storage = new MemoryStorage()));
  });
  after(() => bench.dispose());

  faultMatrix(() => bench, [closed], 3);
  faultMatrix(() => bench, [full], 2);

  describe('beside another', () => {
    let clock: MovedClock;

    before(() => {
      clock = takeClock();
      bench.openAnother();
    });
    after(() => {
      clock.restore();
    });

    const moved = (name: string, ms: number): Fault => ({
      name,
      moments: ['before'],
      codes: [],
      strike: async (meeting, { proxy }) => {
        clock.moveBy(ms);
        proxy.clockAheadMs += ms;
        await meeting.tell(await meeting.forward());
      },
      heal: ({ proxy }) => {
        clock.moveBy(-proxy.clockAheadMs);
        proxy.clockAheadMs = 0;
      },
    });
    const faults = [1, 30].flatMap((days) => [
      moved(`the clock is set back by ${days} days`, -days * dayMs),
      moved(`the clock is set ahead by ${days} days`, days * dayMs),
    ]);
    faultMatrix(() => bench, faults, 3);
  });
});
