import fs from 'node:fs';
import path from 'node:path';

const SPDLOG = `const fs = require('fs'), path = require('path');
const NAMES = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
class Logger {
  constructor(file) { this.file = file; this.level = 2; this.raw = false; }
  write(level, message) {
    if (level < this.level) return;
    const head = this.raw ? '' : new Date().toISOString() + ' [' + NAMES[level] + '] ';
    try { fs.appendFileSync(this.file, head + message + (this.raw ? '' : '\\n')); } catch {}
  }
  trace(m) { this.write(0, m); }
  debug(m) { this.write(1, m); }
  info(m) { this.write(2, m); }
  warn(m) { this.write(3, m); }
  error(m) { this.write(4, m); }
  critical(m) { this.write(5, m); }
  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  clearFormatters() { this.raw = true; }
  setPattern() {}
  flush() {}
  drop() {}
}
exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = class extends Logger { constructor(type, name, file) { super(file); } };
exports.createRotatingLogger = async (name, file) => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  return new Logger(file);
};
exports.createAsyncRotatingLogger = exports.createRotatingLogger;
`;

const STAND_INS = {
  '@vscode/native-watchdog': 'exports.start = () => {}; exports.exit = (code) => process.exit(code);\n',
  '@vscode/spdlog': SPDLOG,
  '@vscode/deviceid': "exports.getDeviceId = async () => '00000000-0000-0000-0000-000000000000';\n",
  '@microsoft/1ds-core-js': 'exports.AppInsightsCore = class {};\n',
};

/** Puts JavaScript in place of native modules that would need a compiler, and of the telemetry client. */
export function putStandIns(modules) {
  for (const [name, source] of Object.entries(STAND_INS)) {
    const folder = path.join(modules, name);
    fs.mkdirSync(folder, { recursive: true });
    const manifest = { name, version: '0.0.0-stand-in', main: 'index.js' };
    fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
    fs.writeFileSync(path.join(folder, 'index.js'), source);
  }
}
