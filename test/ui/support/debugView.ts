import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { CordonHost } from './cordonHost.ts';
import type { CordonWindow } from './cordonWindow.ts';
import { eventually } from './eventually.ts';

/** Where programs are debugged in a window: the editor, the toolbar and the console of the debugger. */
export class DebugView {
  private readonly host: CordonHost;
  private readonly window: CordonWindow;

  constructor(host: CordonHost) {
    this.host = host;
    this.window = host.window;
  }

  /** Waits until the program stands at a line. */
  async stops(): Promise<void> {
    await this.stoppedLine.first().waitFor({ timeout: 60_000 });
  }

  /** Presses F5 until the program does not stop again at a breakpoint that was taken away just before. */
  async goOn(): Promise<void> {
    await eventually('it goes on', async () => {
      if ((await this.stoppedLine.count()) === 0) return true;
      await this.window.page.keyboard.press('F5');
      await delay(500);
      return undefined;
    });
  }

  private get stoppedLine() {
    return this.window.page.locator('.debug-top-stack-frame-line');
  }

  /** Types a line into a new terminal of the workspace. */
  async runInside(line: string): Promise<void> {
    await this.window.quickInput.run('Cordon: Focus on Workspaces View');
    await this.window.tree.press(this.host.name, 'Open Terminal');
    // one that was open before has more in it than a prompt
    await eventually('a new terminal', async () => {
      const [prompt = '', ...more] = (await this.window.terminal.lines()).filter(Boolean);
      return /[$#] ?$/.test(prompt) && more.length === 0;
    });
    await this.window.terminal.type(line);
  }

  /** Goes through the questions of **Attach Debugger…** with the port that is offered. */
  async attach(language: string): Promise<void> {
    const { quickInput } = this.window;
    await quickInput.run('Cordon: Attach Debugger…');
    await quickInput.choose(this.host.name);
    await quickInput.asks(/Attach Debugger to/);
    await quickInput.choose(language);
    await quickInput.says(/The port on which the program waits/);
    await quickInput.accept();
  }

  /** Starts a configuration of the folder. */
  async start(configuration: string): Promise<void> {
    await this.window.quickInput.run('Debug: Select and Start Debugging');
    await this.window.quickInput.choose(configuration);
  }

  /** Has the program that stands evaluate something, and waits for its answer. */
  async evaluates(expression: string, answer: RegExp): Promise<void> {
    await this.window.page.locator('.repl-input-wrapper .view-lines').click();
    await this.window.page.keyboard.type(expression);
    await this.window.page.keyboard.press('Enter');
    await this.window.page.locator('.repl .monaco-list-row', { hasText: answer }).waitFor();
  }

  /** Ends all that is debugged, one after the other. */
  async detach(): Promise<void> {
    const toolbar = this.window.page.locator('.debug-toolbar');
    await eventually('nothing is debugged', async () => {
      if (!(await toolbar.isVisible())) return true;
      await this.window.page.keyboard.press('Shift+F5');
      await delay(500);
      return undefined;
    });
  }

  async setBreakpoint(file: string, line: string): Promise<void> {
    await this.window.openFile(file);
    await this.window.page.locator('.view-line', { hasText: line }).click();
    await this.window.page.locator('.statusbar-item', { hasText: 'Ln 3,' }).waitFor();
    const marks = this.window.page.locator('.codicon-debug-breakpoint, .codicon-debug-breakpoint-unverified');
    // of a try before, which another press would take away
    if ((await marks.count()) === 0) await this.window.page.keyboard.press('F9');
    await marks.first().waitFor();
  }

  /** Fails unless the editor that is shown is of the folder's own file, with this line. */
  async showsTheFile(file: string, line: string): Promise<void> {
    const crumbs = this.window.page.locator('.breadcrumbs-control .monaco-breadcrumb-item');
    const names = (await crumbs.allInnerTexts()).map((crumb) => crumb.trim());
    const parts = file.split('/');
    assert.deepEqual(names.slice(0, parts.length), parts);
    await this.window.page.locator('.view-line', { hasText: line }).first().waitFor();
  }
}
