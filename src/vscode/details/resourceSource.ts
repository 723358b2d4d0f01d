import type { Resources } from '../../workspaces/resources/resources.ts';

/** What workspaces use, sampled only while somebody looks. */
export type ResourceSource = Pick<Resources, 'look' | 'history' | 'latest' | 'onDidSample'>;
