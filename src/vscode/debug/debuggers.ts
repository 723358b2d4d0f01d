import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { workspaceFolder } from '../../isolation/imageVolumes.ts';

/** The languages whose programs a debugger can be attached to. */
export const debugRuntimes = ['node', 'python'] as const;
export type DebugRuntime = (typeof debugRuntimes)[number];

/** Where a program waits for a debugger, and the folder on this machine whose files it runs. */
export interface DebugPlace {
  readonly host: string;
  readonly port: number;
  readonly folder: string;
}

export interface Debugger {
  readonly label: string;
  /** Where programs listen when nobody says otherwise. */
  readonly usualPort: number;
  /** What makes a program listen there. */
  readonly example: string;
  /** The extension whose debugger it is. */
  readonly extension: { readonly id: string; readonly name: string };
  /** Whether the program itself speaks to the window, in the Debug Adapter Protocol, and not to a debugger outside. */
  readonly isAdapterInside: boolean;
  /** What a configuration may set of the debugger's own settings: nothing of them names a file or a program. */
  readonly settings: z.ZodMiniType<Readonly<Record<string, unknown>>>;
  /** Its configuration, with paths as both sides have them. */
  configure(place: DebugPlace): { readonly type: string } & Readonly<Record<string, unknown>>;
}

const flag = z.optional(z.boolean());

export const debuggers: Readonly<Record<DebugRuntime, Debugger>> = {
  node: {
    label: 'Node.js',
    usualPort: 9229,
    example: 'node --inspect app.js',
    extension: { id: 'ms-vscode.js-debug', name: 'JavaScript Debugger' },
    isAdapterInside: false,
    settings: z.object({
      ...{ skipFiles: z.optional(z.array(z.string())), restart: flag, smartStep: flag },
      ...{ showAsyncStacks: flag, sourceMaps: flag, timeout: z.optional(z.int()) },
    }),
    configure: ({ host, port, folder }) => ({
      ...{ type: 'node', address: host, port, localRoot: folder, remoteRoot: workspaceFolder },
      // The program is not trusted: what it names as a source map is read in the folder only.
      resolveSourceMapLocations: [`${folder}/**`, '!**/node_modules/**'],
      // Its children listen on ports that nobody forwards.
      autoAttachChildProcesses: false,
    }),
  },
  python: {
    label: 'Python',
    usualPort: 5678,
    example: 'python -m debugpy --listen 5678 --wait-for-client app.py',
    extension: { id: 'ms-python.debugpy', name: 'Python Debugger' },
    isAdapterInside: true,
    settings: z.object({
      ...{ justMyCode: flag, redirectOutput: flag, showReturnValue: flag, django: flag, jinja: flag },
    }),
    configure: ({ host, port, folder }) => ({
      ...{ type: 'debugpy', connect: { host, port }, subProcess: false },
      pathMappings: [{ localRoot: folder, remoteRoot: workspaceFolder }],
    }),
  },
};

/** Tells which extension is missing, with a way to it; true where it is there. */
export async function requireDebugger({ extension, label }: Debugger): Promise<boolean> {
  if (vscode.extensions.getExtension(extension.id)) return true;
  const show = vscode.l10n.t('Show Extension');
  const answer = await vscode.window.showErrorMessage(
    vscode.l10n.t(
      'To debug {0}, the extension "{1}" ({2}) has to be installed and enabled.',
      label,
      extension.name,
      extension.id,
    ),
    show,
  );
  if (answer === show) await vscode.commands.executeCommand('extension.open', extension.id);
  return false;
}
