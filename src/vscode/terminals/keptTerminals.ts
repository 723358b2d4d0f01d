import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { Log } from '../../shared/log.ts';
import type { HeldSession } from '../../workspaces/session.ts';

const memoryKey = 'cordon.terminals';
/** More than anybody has open; what is older has ended long ago. */
const most = 100;

const text = z.string().check(z.maxLength(4096));
const keptTerminal = z.strictObject({
  id: z.uuid(),
  workspaceId: z.string().check(z.maxLength(100)),
  containerId: z.string().check(z.maxLength(100)),
  command: z.array(text).check(z.maxLength(100)),
  startedAt: z.iso.datetime(),
  title: text,
  cwd: text,
  isActive: z.boolean(),
});

/** A terminal that outlives its window, and what it is called there. */
export interface KeptTerminal extends HeldSession {
  readonly title: string;
  /** Where its shell began, a path in the container. */
  readonly cwd: string;
  /** Whether it was the one that was shown last. */
  readonly isActive: boolean;
}

/** Remembers the terminals of this window that outlive it, for the next one on the same folder. */
export class KeptTerminals {
  private readonly memory: vscode.Memento;
  private readonly log: Pick<Log, 'warn'>;
  /** The ids of those of this window. */
  private readonly ids = new WeakMap<vscode.Pseudoterminal, string>();

  constructor(memory: vscode.Memento, log: Pick<Log, 'warn'>) {
    this.memory = memory;
    this.log = log;
  }

  list(): readonly KeptTerminal[] {
    const stored = this.memory.get<unknown>(memoryKey);
    return (Array.isArray(stored) ? stored : []).flatMap(
      (each) => z.safeParse(keptTerminal, each).data ?? [],
    );
  }

  remember(pty: vscode.Pseudoterminal, terminal: Omit<KeptTerminal, 'isActive'>): void {
    this.ids.set(pty, terminal.id);
    const options = vscode.window.activeTerminal?.creationOptions;
    const isActive = options !== undefined && 'pty' in options && options.pty === pty;
    this.store(
      [...this.list().filter(({ id }) => id !== terminal.id), { ...terminal, isActive }].slice(-most),
    );
  }

  /** The terminal with these options is the one that is shown. */
  setActive(options: vscode.Terminal['creationOptions']): void {
    const active = 'pty' in options ? this.ids.get(options.pty) : undefined;
    const before = this.list();
    if (before.some(({ id, isActive }) => isActive !== (id === active)))
      this.store(before.map((each) => ({ ...each, isActive: each.id === active })));
  }

  forget(id: string): void {
    const before = this.list();
    const after = before.filter((each) => each.id !== id);
    if (after.length < before.length) this.store(after);
  }

  private store(terminals: readonly KeptTerminal[]): void {
    this.memory
      .update(memoryKey, terminals.length > 0 ? terminals : undefined)
      .then(undefined, (error: unknown) => {
        this.log.warn('What terminals there are could not be stored.', error);
      });
  }
}
