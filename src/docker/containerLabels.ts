import { labels } from '../isolation/labels.ts';

const none = Object.fromEntries(Object.values(labels).map((name) => [name, '']));

/**
 * The labels of a container that Cordon makes, with the empty text for each of ours that it does not have: an engine fills
 * in from its image what is not named, and that could pass it for something else.
 */
export function containerLabels(own: Readonly<Record<string, string>>): Record<string, string> {
  return { ...none, ...own };
}

/** Whether what carries these labels is for a workspace without being the workspace's own. */
export function hasRole(found: Readonly<Record<string, unknown>>): boolean {
  return (found[labels.role] ?? '') !== '';
}
