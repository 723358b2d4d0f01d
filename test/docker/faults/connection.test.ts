import { setTimeout as delay } from 'node:timers/promises';
import { testEngine } from '../../support/engine.ts';
import { FaultBench, type Fault } from '../../support/faultBench.ts';
import { faultMatrix } from '../../support/faultMatrix.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { seed } from '../../support/seed.ts';
import { size } from '../../support/soak.ts';

const faults: readonly Fault[] = [
  {
    name: 'the connection breaks',
    moments: ['before', 'after'],
    codes: ['engineUnavailable'],
    strike: async (meeting, _, { moment }) => {
      if (moment === 'after') await meeting.forward();
      meeting.breakOff();
    },
  },
  {
    name: 'the connection breaks in the middle of the answer',
    moments: ['after'],
    codes: ['engineUnavailable'],
    strike: async (meeting) => {
      meeting.tellHalf(await meeting.forward(), 'break');
    },
  },
  {
    name: 'the answer ends half way',
    moments: ['after'],
    codes: ['engineUnavailable', 'engineFailed'],
    strike: async (meeting) => {
      meeting.tellHalf(await meeting.forward(), 'as if whole');
    },
  },
  {
    name: 'the answer comes slowly',
    moments: ['after'],
    codes: [],
    strike: async (meeting) => {
      await meeting.tell(await meeting.forward(), 20, size(50, 150));
    },
  },
  {
    name: 'the socket is removed for a while',
    moments: ['before', 'after'],
    codes: ['engineUnavailable'],
    strike: async (meeting, { proxy }, { moment }) => {
      if (moment === 'after') await meeting.forward();
      await proxy.unplug();
      await delay(1000);
      await proxy.plug();
    },
  },
];

describe(`a connection in which things go wrong at any request (seed ${seed})`, () => {
  let bench: FaultBench;

  before(async () => {
    const engine = await testEngine();
    await engine.dispose();
    bench = await FaultBench.start(engine.socketPath, () => new MemoryStorage());
  });
  after(() => bench.dispose());

  faultMatrix(() => bench, faults, 8);
});
