import assert from 'node:assert/strict';
import type { Fault, FaultBench, Moment } from './faultBench.ts';
import { struckOperations, type StruckName } from './faultOperations.ts';
import { someOf } from './seed.ts';
import { isSoak, size } from './soak.ts';

/**
 * A test for every fault and operation, which strikes at every request of it; in the short form `shortCount` of these
 * tests, each with one request.
 */
export function faultMatrix(bench: () => FaultBench, faults: readonly Fault[], shortCount: number): void {
  const names = Object.keys(struckOperations) as StruckName[];
  const all = faults.flatMap((fault) => names.map((name) => ({ fault, name })));
  for (const { fault, name } of someOf(all, size(shortCount, all.length)))
    it(`${name}: ${fault.name}`, async function () {
      this.timeout(size(60_000, 3_600_000));
      await strikeEverywhere(bench(), name, fault);
    });
}

async function strikeEverywhere(bench: FaultBench, name: StruckName, fault: Fault): Promise<void> {
  const requests = await bench.requestsOf(name);
  const all = requests.flatMap((request) => fault.moments.map((moment) => [request, moment] as const));
  const failures: string[] = [];
  const passed: (readonly [string, Moment])[] = [];
  for (const [request, moment] of someOf(all, size(1, all.length))) {
    try {
      if (await bench.strike(name, fault, request, moment)) passed.push([request, moment]);
    } catch (error) {
      failures.push(`${moment} ${request}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  assert.deepEqual(failures, []);
  // What runs beside an operation comes when it likes; the rest comes every time.
  if (isSoak) assert.ok(passed.length > all.length / 2, `met only ${passed.length} of ${all.length}`);
}
