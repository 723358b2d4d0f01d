import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorCode } from '../../src/shared/errors.ts';
import type { WorkspaceStorage } from '../../src/workspaces/workspaceStorage.ts';
import { ensureImages, squidImage } from '../host/images.mjs';
import { removeManaged } from '../host/leftovers.mjs';
import { agreeWithin } from './agreement.ts';
import { struckOperations, type StruckName } from './faultOperations.ts';
import { startFaultProxy, type FaultProxy, type Meeting } from './faultProxy.ts';
import { openWindow, type EngineWindow } from './engineWindow.ts';
import { aside } from './struckChild.ts';
import { temporaryFolder } from './workspacesOnEngine.ts';

/** Whether a request has not arrived yet, or is done and nobody has heard of it. */
export type Moment = 'before' | 'after';

/** Something that goes wrong at one request of an operation. */
export interface Fault {
  readonly name: string;
  readonly moments: readonly Moment[];
  /** What the operation may fail with. None: it must go well. */
  readonly codes: readonly ErrorCode[];
  /** Makes ready to run the operation elsewhere than in the window; what it gives runs it. */
  elsewhere?(name: StruckName, bench: FaultBench): Promise<() => Promise<readonly unknown[]>>;
  /** Settles when all is well again. `ended` settles with the operation. */
  strike(
    meeting: Meeting,
    bench: FaultBench,
    about: { moment: Moment; ended: Promise<unknown> },
  ): Promise<void>;
  /** Undoes what may outlast the operation; all must agree before and after. */
  heal?(bench: FaultBench): void;
}

const agreeMs = 5000;

/** A window on an engine, through a proxy in which things go wrong, and a workspace that stands by all the time. */
export class FaultBench {
  /** Of the engine itself. */
  readonly socketPath: string;
  readonly proxy: FaultProxy;
  readonly folder: string;
  private readonly newStorage: () => WorkspaceStorage;
  /** Requests that an operation makes when all goes well. */
  private readonly requests = new Map<StruckName, readonly string[]>();
  private readonly strays: unknown[] = [];
  private readonly onStray = (reason: unknown) => this.strays.push(reason);
  /** The one that is struck, and one beside it that nothing befalls. */
  private windows: readonly EngineWindow[] = [];
  private bystander = '';
  storage: WorkspaceStorage;

  private constructor(
    parts: Pick<FaultBench, 'socketPath' | 'proxy' | 'folder'> & { newStorage: () => WorkspaceStorage },
  ) {
    this.socketPath = parts.socketPath;
    this.proxy = parts.proxy;
    this.folder = parts.folder;
    this.newStorage = parts.newStorage;
    this.storage = parts.newStorage();
  }

  static async start(socketPath: string, newStorage: () => WorkspaceStorage): Promise<FaultBench> {
    await ensureImages({ socketPath, wanted: [squidImage] });
    const [proxy, folder] = await Promise.all([startFaultProxy(socketPath), temporaryFolder()]);
    const bench = new FaultBench({ socketPath, proxy, folder, newStorage });
    process.on('unhandledRejection', bench.onStray);
    process.on('uncaughtException', bench.onStray);
    await bench.begin();
    return bench;
  }

  /** The window that is struck. */
  get core(): EngineWindow {
    const [window] = this.windows;
    assert.ok(window, 'a window is open');
    return window;
  }

  /** Opens a window, where none is. */
  open(): void {
    if (this.windows.length === 0) this.windows = [openWindow(this.proxy.socketPath, this.storage)];
  }

  /** Opens one more, which asks the engine itself. */
  openAnother(): void {
    this.windows = [...this.windows, openWindow(this.socketPath, this.storage)];
  }

  /** Closes every window, whatever it is doing. */
  close(): void {
    for (const window of this.windows) window.dispose();
    this.windows = [];
  }

  async dispose(): Promise<void> {
    this.close();
    await removeManaged(this.socketPath);
    await this.proxy.close();
    await fs.rm(join(this.folder, '..'), { recursive: true });
    process.off('unhandledRejection', this.onStray);
    process.off('uncaughtException', this.onStray);
  }

  /** The requests of an operation, each by its name. */
  async requestsOf(name: StruckName): Promise<readonly string[]> {
    const known = this.requests.get(name);
    if (known) return known;
    await this.prepare(name);
    this.proxy.forget();
    assert.deepEqual(await struckOperations[name].run(this.core.service, this.folder), []);
    const requests = this.proxy.seen.filter((request) => !aside.test(request));
    assert.ok(requests.length > 0, 'the engine was asked');
    this.requests.set(name, requests);
    return requests;
  }

  /** Lets a fault befall one request of an operation; false where that request did not come. Begins anew after a failure. */
  async strike(name: StruckName, fault: Fault, request: string, moment: Moment): Promise<boolean> {
    try {
      return await this.struck(name, fault, request, moment);
    } catch (error) {
      fault.heal?.(this);
      const count = this.windows.length;
      this.close();
      await removeManaged(this.socketPath);
      this.storage = this.newStorage();
      await this.begin();
      if (count > 1) this.openAnother();
      throw error;
    }
  }

  private async struck(name: StruckName, fault: Fault, request: string, moment: Moment): Promise<boolean> {
    await this.prepare(name);
    const { log, service } = this.core;
    const known = log.lines.length;
    const run =
      (await fault.elsewhere?.(name, this)) ?? (() => struckOperations[name].run(service, this.folder));
    const meetings: Meeting[] = [];
    let running: Promise<readonly unknown[]> = Promise.resolve([]);
    const met = this.proxy.meet(request, (meeting) => {
      meetings.push(meeting);
      return fault.strike(meeting, this, { moment, ended: running });
    });
    running = run();
    const errors = await running;
    const isMet = meetings.length > 0;
    if (isMet) await met;
    else this.proxy.letPass();
    this.open();
    await this.agree();
    if (fault.heal) {
      fault.heal(this);
      await this.agree();
    }
    const allowed: readonly unknown[] = isMet ? fault.codes : [];
    const other = errors.filter((error) => !allowed.includes((error as { code?: unknown }).code));
    assert.deepEqual(other, [], 'no failure of another kind');
    const told = log.lines.slice(known).filter((line) => line.startsWith('error'));
    assert.ok(told.length <= errors.length, `told once, not\n${told.join('\n')}`);
    assert.deepEqual(this.strays.splice(0), [], 'no stray error');
    assert.ok(this.core.service.get(this.bystander), 'the workspace that stood by is there');
    return isMet;
  }

  private async begin(): Promise<void> {
    this.open();
    const { service } = this.core;
    const { id } = await service.create({ name: 'bystander', folder: this.folder, network: 'none' });
    this.bystander = id;
  }

  private async prepare(name: StruckName): Promise<void> {
    await struckOperations[name].prepare(this.core.service, this.folder);
    await this.agree();
  }

  private agree(): Promise<void> {
    const { storage, socketPath } = this;
    const windows = this.windows.map(({ service }) => service);
    return agreeWithin(agreeMs, { storage, windows, socketPath });
  }
}
