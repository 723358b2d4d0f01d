import type { BrowserContext, ConsoleMessage, Page } from 'playwright-core';

export interface WindowOptions {
  readonly folder?: string | undefined;
  readonly extensionDevelopmentPath?: string | undefined;
  readonly payload?: readonly (readonly [string, string])[] | undefined;
  /** The language in which the extensions of the window speak, English when missing. */
  readonly language?: string | undefined;
}

export interface VSCodeOptions extends Omit<WindowOptions, 'extensionDevelopmentPath' | 'language'> {
  /** The first is loaded as under development, others as installed. */
  readonly extensionDevelopmentPath?: string | readonly string[] | undefined;
  /** Folders of extensions. Unlike under one in development, VS Code starts an extension host that was killed again. */
  readonly installedExtensions?: readonly string[] | undefined;
  readonly extensionTestsPath?: string | undefined;
  /** Kept when it is given, temporary otherwise. */
  readonly userDataDir?: string | undefined;
  readonly extensionsDir?: string | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly serverArgs?: readonly string[] | undefined;
  /** Whether folders have to be trusted first (Restricted Mode); false when missing. */
  readonly workspaceTrust?: boolean | undefined;
  readonly viewport?: { readonly width: number; readonly height: number } | undefined;
  readonly logLevel?: string | undefined;
  readonly verbose?: boolean | undefined;
  readonly onConsole?: ((message: ConsoleMessage) => void) | undefined;
  readonly onLog?: ((type: string, args: unknown) => void) | undefined;
}

export interface VSCode {
  readonly page: Page;
  readonly context: BrowserContext;
  /** A second window on the same server; what is not said is as in the first. */
  openWindow(window?: WindowOptions): Promise<Page>;
  readonly exited: Promise<{ readonly code: number; readonly why: string }>;
  close(): Promise<void>;
  /** Where a person's own browser shows the same window; it carries the secret. */
  readonly address: string;
  readonly port: number;
  readonly serverLog: readonly string[];
  readonly serverPid: number;
  readonly userDataDir: string;
  readonly extensionsDir: string;
}

export function startVSCode(options?: VSCodeOptions): Promise<VSCode>;
export function runCommand(page: Page, title: string): Promise<void>;
export function answerInput(page: Page, text: string, expectTitle?: string): Promise<void>;
export function pick(page: Page, label: string): Promise<void>;
