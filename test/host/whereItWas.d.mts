import type { Plugin } from 'esbuild';

export const whereItWas: Plugin;
