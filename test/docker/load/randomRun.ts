import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { labels } from '../../../src/isolation/labels.ts';
import { CordonError, type ErrorCode } from '../../../src/shared/errors.ts';
import type { WorkspaceService } from '../../../src/workspaces/workspaceService.ts';
import { engineRequest } from '../../host/engineRequest.mjs';
import { managedResources } from '../../host/leftovers.mjs';
import { tinyImage } from '../../support/engine.ts';
import type { TwoWindows } from '../../support/twoWindows.ts';
import type { Outside, Step, TimedStep } from './steps.ts';

const mostWorkspaces = 8;
/** After so many steps all is waited for, and everybody asked. */
const restEvery = 20;

/** What an operation may be refused with, when somebody else works on the same workspace. */
const clearCodes: readonly ErrorCode[] = [
  'workspaceNotFound',
  'workspaceExists',
  'workspaceArchived',
  'notRunning',
  'conflict',
  // its network was removed past Cordon while it was started
  'isolationNotHeld',
];

/** Does the steps in two windows and past them, and holds what comes of it against what is certain. */
export class RandomRun {
  private readonly notes: { readonly what: string; outcome: string }[] = [];
  private readonly both: TwoWindows;
  private readonly socketPath: string;
  private readonly folders: readonly string[];
  private readonly startedAt = performance.now();
  private readonly made = new Set<string>();
  /** Whoever is just being made can be removed already. */
  private readonly askedToGo = new Set<string>();
  private readonly removed = new Set<string>();
  /** What was refused with words that tell nobody what to do. */
  private readonly unclear: string[] = [];
  private count = 0;

  constructor(both: TwoWindows, socketPath: string, folders: readonly string[]) {
    this.both = both;
    this.socketPath = socketPath;
    this.folders = folders;
  }

  /** The last steps, a line for each, for who looks for what went wrong. */
  history(lines: number): string {
    return this.notes
      .slice(-lines)
      .map(({ what, outcome }) => `${what} ${outcome}`)
      .join('\n');
  }

  async run(steps: readonly TimedStep[]): Promise<void> {
    let underWay: Promise<void>[] = [];
    const rest = async () => {
      await Promise.all(underWay);
      underWay = [];
    };
    for (const [index, { step, waits, afterMs }] of steps.entries()) {
      if (waits) await rest();
      else await delay(afterMs);
      underWay.push(this.do(step));
      if (index % restEvery !== restEvery - 1) continue;
      await rest();
      await this.requireAgreement();
    }
    await rest();
    await this.requireAgreement();
    assert.deepEqual(this.unclear, [], 'refused with a clear code');
  }

  /** Whatever is there goes, by both windows at once. */
  async removeAll(): Promise<void> {
    const services = this.both.windows.map(({ service }) => service);
    await Promise.all(
      services.map((service, index) => {
        const ids = service.list().map(({ id }) => id);
        return service.batch('remove', index === 0 ? ids : ids.toReversed());
      }),
    );
    await this.both.agree();
    for (const service of services) assert.deepEqual(service.list(), []);
  }

  private async requireAgreement(): Promise<void> {
    this.note('all is waited for');
    await this.both.agree();
    const shown = new Set(this.both.windows[0].service.list().map(({ id }) => id));
    for (const id of this.made) assert.ok(shown.has(id) || this.askedToGo.has(id), `${id} was lost`);
    for (const id of this.removed) assert.ok(!shown.has(id), `${id} came back`);
  }

  private async do(step: Step): Promise<void> {
    const { service } = this.both.windows[step.window];
    const known = service.list();
    const target = known[step.workspace % Math.max(known.length, 1)];
    if (step.kind === 'create' || !target) {
      if (known.length < mostWorkspaces) await this.create(step, service);
      else if (target) await this.remove(step, service, [target.id]);
      return;
    }
    const { id, name } = target;
    switch (step.kind) {
      case 'outside':
        await this.attempt(`outside: ${step.outside} "${name}"`, () => this.fromOutside(step.outside, id));
        break;
      case 'update':
        await this.attempt(`${who(step)}: update "${name}" ${JSON.stringify(step.patch)}`, () =>
          service.update(id, step.patch),
        );
        break;
      case 'change':
        if (step.change === 'remove') await this.remove(step, service, [id]);
        else {
          const { change } = step;
          await this.attempt(`${who(step)}: ${change} "${name}"`, () => service[change](id));
        }
        break;
      case 'batch': {
        const ids = known.slice(0, step.count).map((workspace) => workspace.id);
        if (step.operation === 'remove') await this.remove(step, service, ids);
        else await this.batch(step, service, step.operation, ids);
      }
    }
  }

  private async create(step: Step, service: WorkspaceService): Promise<void> {
    const { network, folder, start } =
      step.kind === 'create' ? step : ({ network: 'none', folder: 0, start: true } as const);
    const name = `w${this.count++}`;
    await this.attempt(`${who(step)}: create "${name}" (${network})`, async () => {
      const request = { name, folder: this.folders[folder]!, image: tinyImage, network, start };
      this.made.add((await service.create(request)).id);
    });
  }

  private async remove(step: Step, service: WorkspaceService, ids: readonly string[]): Promise<void> {
    for (const id of ids) this.askedToGo.add(id);
    const [only] = ids;
    if (ids.length !== 1 || only === undefined) {
      for (const id of await this.batch(step, service, 'remove', ids)) this.removed.add(id);
      return;
    }
    await this.attempt(`${who(step)}: remove ${shortOf(only)}`, async () => {
      await service.remove(only);
      this.removed.add(only);
    });
  }

  private async batch(
    step: Step,
    service: WorkspaceService,
    operation: Extract<Step, { kind: 'batch' }>['operation'],
    ids: readonly string[],
  ): Promise<readonly string[]> {
    const { results } = await service.batch(operation, ids);
    for (const { id, error } of results)
      await this.attempt(`${who(step)}: ${operation} ${shortOf(id)} of a batch`, () =>
        error ? Promise.reject(new CordonError(error.code, error.message)) : Promise.resolve(),
      );
    return results.filter(({ ok }) => ok).map(({ id }) => id);
  }

  private async fromOutside(outside: Outside, id: string): Promise<void> {
    const label = `${labels.workspaceId}=${id}`;
    // What is not there, or is so already, is what somebody outside would be told, too.
    const call = (method: string, path: string, value?: object) =>
      engineRequest(this.socketPath, method, path, {
        ...(value && { body: JSON.stringify(value), headers: { 'content-type': 'application/json' } }),
      });
    for (const { kind, id: thing } of await managedResources(this.socketPath, label))
      if (kind === 'network' && outside === 'removeNetwork') {
        for (const other of await managedResources(this.socketPath, label))
          await call('POST', `/networks/${thing}/disconnect`, { Container: other.id, Force: true });
        await call('DELETE', `/networks/${thing}`);
      } else if (kind === 'container' && outside === 'remove')
        await call('DELETE', `/containers/${thing}?force=1&v=1`);
      else if (kind === 'container' && outside !== 'removeNetwork')
        await call(
          'POST',
          `/containers/${thing}/${outside}${outside === 'stop' || outside === 'restart' ? '?t=1' : ''}`,
        );
  }

  private async attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    const note = this.note(what);
    try {
      await work();
      note.outcome = 'done';
    } catch (error) {
      const { code, message } = error as { code?: ErrorCode; message: string };
      note.outcome = `${code}: ${message}`;
      if (!code || !clearCodes.includes(code)) this.unclear.push(`${what}: ${note.outcome}`);
    }
  }

  private note(what: string): { outcome: string } {
    const atMs = Math.round(performance.now() - this.startedAt);
    const note = { what: `${atMs} ms ${what}`, outcome: '' };
    this.notes.push(note);
    return note;
  }
}

function who({ window }: Step): string {
  return `window ${window + 1}`;
}

function shortOf(id: string): string {
  return id.slice(0, 8);
}
