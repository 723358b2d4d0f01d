import fs from 'node:fs';
import path from 'node:path';
import { projectRoot } from './paths.mjs';

/** The script of a tool among the project's npm packages, to be run by Node: the same way on every platform. */
export function projectTool(packageName, tool = packageName) {
  const folder = path.join(projectRoot, 'node_modules', packageName);
  const { bin } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return path.join(folder, typeof bin === 'string' ? bin : bin[tool]);
}
