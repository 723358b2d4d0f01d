import fs from 'node:fs';
import { findProgram } from '../command.mjs';

const MAC = '/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code';

/** The command of a VS Code that is installed on this desktop, or `undefined` where there is none or no display. */
export function desktopCode() {
  if (process.platform === 'darwin' && fs.existsSync(MAC)) return MAC;
  const hasDisplay = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  return hasDisplay ? findProgram('code') : undefined;
}
