import { mkdir, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { rollup } from 'rollup';

const isProduction = process.argv.includes('--production');
const isCoverage = process.argv.includes('--coverage');

/** dockerode's BuildKit session would bring gRPC and protobuf along; Cordon builds no images. */
const withoutBuildKit = {
  name: 'without-buildkit',
  setup(build) {
    build.onResolve({ filter: /^\.\/session$/ }, ({ importer }) =>
      /[\\/]dockerode[\\/]/.test(importer) ? { path: 'session', namespace: 'without-buildkit' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'without-buildkit' }, () => ({
      contents:
        "module.exports = () => { throw new Error('BuildKit sessions are left out of this bundle'); };",
    }));
  },
};

await rm('dist', { recursive: true, force: true });
const node = {
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['vscode', '*.node'],
  banner: {
    js: "import{createRequire as __cr}from'node:module';const require=/*#__PURE__*/__cr(import.meta.url),__dirname=import.meta.dirname;",
  },
  plugins: [withoutBuildKit],
  minify: isProduction,
  // Code that is left out would count as covered.
  treeShaking: !isCoverage,
  sourcemap: !isProduction,
  logLevel: 'warning',
};
await esbuild.build({
  ...node,
  entryPoints: ['src/extension.ts'],
  // What is imported dynamically becomes a file of its own, which is read when it is first used.
  splitting: true,
});
if (isProduction) await joinFilesReadAtStart();
// By itself: what it shared with the extension would be one more file to load at every start.
await esbuild.build({ ...node, entryPoints: ['src/isolation/folderScanWorker.ts'] });
// What runs in the page of the details view: a browser's world, in a folder of which the page may read.
await esbuild.build({
  entryPoints: { page: 'src/vscode/details/page/main.ts' },
  outdir: 'dist/details',
  bundle: true,
  format: 'iife',
  platform: 'browser',
  target: 'chrome122',
  minify: isProduction,
  sourcemap: !isProduction && 'inline',
  logLevel: 'warning',
});

/**
 * Every file costs a start about a millisecond, and splitting puts what several parts share into many small ones. This
 * leaves one for all that is read at the start; the parts import from it what they share with it.
 */
async function joinFilesReadAtStart() {
  const split = await rollup({
    input: 'dist/extension.js',
    external: (id) => id === 'vscode' || id.endsWith('.node') || isBuiltin(id),
    preserveEntrySignatures: 'allow-extension',
    onwarn: (warning) => {
      throw new Error(warning.message);
    },
  });
  const joined = await split.generate({ format: 'es', chunkFileNames: '[name]-[hash].js', compact: true });
  await rm('dist', { recursive: true });
  await mkdir('dist');
  for (const { fileName, code } of joined.output) await writeFile(path.join('dist', fileName), code);
}
