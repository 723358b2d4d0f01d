import { engineRequest } from '../engineRequest.mjs';

/** Makes an image out of a tar archive of its files, under a tag. */
export async function importImage(socketPath, { repository, tag, archive, changes }) {
  const query = new URLSearchParams({ fromSrc: '-', repo: repository, tag });
  for (const change of changes) query.append('changes', change);
  const { status, text } = await engineRequest(socketPath, 'POST', `/images/create?${query}`, {
    body: archive,
    headers: { 'content-type': 'application/x-tar' },
    timeoutMs: 300_000,
  });
  // the engine says 200 first and tells of a failure further down
  const failure = /"error":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  if (status !== 200 || failure)
    throw new Error(`${repository}:${tag}: the engine refused it: ${failure ?? text}`);
}

/** Builds an image out of a tar archive with a Dockerfile, under a tag. */
export async function buildImage(socketPath, { repository, tag, archive }) {
  const query = new URLSearchParams({ t: `${repository}:${tag}`, forcerm: '1' });
  const { status, text } = await engineRequest(socketPath, 'POST', `/build?${query}`, {
    body: archive,
    headers: { 'content-type': 'application/x-tar' },
    timeoutMs: 300_000,
  });
  const failure = /"error":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  if (status !== 200 || failure)
    throw new Error(`${repository}:${tag}: the engine did not build it: ${failure ?? text}`);
}

/** Gives an image a second tag. */
export async function tagImage(socketPath, image, { repository, tag }) {
  const query = new URLSearchParams({ repo: repository, tag });
  const { status, text } = await engineRequest(socketPath, 'POST', `/images/${image}/tag?${query}`);
  if (status !== 201) throw new Error(`${image}: the engine did not tag it: ${text}`);
}

/** The id of a local image, or `undefined`. */
export async function imageId(socketPath, image) {
  const { status, text } = await engineRequest(socketPath, 'GET', `/images/${image}/json`);
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`${image}: the engine answered ${status}: ${text}`);
  return JSON.parse(text).Id;
}
