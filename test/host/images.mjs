import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { staticBusybox } from './images/busybox.mjs';
import { debianArchive, debianRecipe } from './images/debianRoot.mjs';
import { imageId, importImage, tagImage } from './images/importImage.mjs';
import { languagesRecipe, makeLanguagesImage } from './images/languagesImage.mjs';
import { recipes } from './images/recipes.mjs';
import { squidArchive, squidChanges, squidRecipe } from './images/squidImage.mjs';
import { tarArchive } from './images/tarArchive.mjs';

/** The image of workspaces in tests, benchmarks and `npm start`. */
export const debianImage = 'cordon/debian:local';
/** The same with language servers in it; made only where it is wanted. */
export const languagesImage = 'cordon-test/languages:local';
/** A proxy for filtered networks; made only where it is wanted. */
export const squidImage = 'cordon-test/squid:local';
/** All small images, by their stable tags: `cordon-test/tiny:local` and the hostile ones. */
export const smallImages = Object.keys(recipes).map((name) => `cordon-test/${name}:local`);

/**
 * Makes the images that are missing in an engine. They are always made on this machine, even where a registry could
 * be pulled from, so that every run tests the same bytes. `wanted` limits it to some of them.
 */
export async function ensureImages({ socketPath, wanted = [debianImage, ...smallImages] }) {
  for (const image of wanted) {
    if (image === debianImage) await ensureDebian(socketPath);
    else if (image === languagesImage) await ensureLanguages(socketPath);
    else if (image === squidImage) await ensureSquid(socketPath);
    else await ensureSmall(socketPath, /^cordon-test\/(\w+):local$/.exec(image)?.[1]);
  }
}

async function ensureDebian(socketPath) {
  const tag = shortHash(JSON.stringify(debianRecipe));
  await ensureImage(socketPath, 'cordon/debian', tag, async () => {
    console.log('Making the image cordon/debian:local ...');
    const changes = ['ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'CMD ["bash"]'];
    const archive = fs.createReadStream(await debianArchive(tag));
    await importImage(socketPath, { repository: 'cordon/debian', tag, archive, changes });
  });
}

async function ensureLanguages(socketPath) {
  await ensureDebian(socketPath);
  const repository = 'cordon-test/languages';
  const tag = shortHash(JSON.stringify([debianRecipe, languagesRecipe]));
  await ensureImage(socketPath, repository, tag, async () => {
    console.log('Making the image cordon-test/languages:local ...');
    await makeLanguagesImage(socketPath, { base: debianImage, repository, tag });
  });
}

async function ensureSquid(socketPath) {
  const repository = 'cordon-test/squid';
  const tag = shortHash(JSON.stringify([squidRecipe, squidChanges]));
  await ensureImage(socketPath, repository, tag, async () => {
    console.log('Making the image cordon-test/squid:local ...');
    const archive = fs.createReadStream(await squidArchive(shortHash(JSON.stringify(squidRecipe))));
    await importImage(socketPath, { repository, tag, archive, changes: squidChanges });
  });
}

async function ensureSmall(socketPath, name) {
  const recipe = recipes[name];
  if (!recipe) throw new Error(`there is no recipe for cordon-test/${name}:local`);
  const tag = shortHash(JSON.stringify([recipe.entries('busybox', ['applets']), recipe.changes]));
  await ensureImage(socketPath, `cordon-test/${name}`, tag, async () => {
    const { binary, applets } = await staticBusybox();
    const archive = tarArchive(recipe.entries(binary, applets));
    await importImage(socketPath, {
      repository: `cordon-test/${name}`,
      tag,
      archive,
      changes: recipe.changes,
    });
  });
}

/** Makes an image unless its recipe's tag exists, and lets `:local` name it. A `:local` made by hand will do too. */
async function ensureImage(socketPath, repository, tag, make) {
  const current = await imageId(socketPath, `${repository}:local`);
  const made = await imageId(socketPath, `${repository}:${tag}`);
  if (made === undefined) {
    try {
      await make();
    } catch (error) {
      if (current === undefined) throw error;
      console.warn(
        `${repository}:local could not be made anew, the one that is there is used: ${error.message}`,
      );
      return;
    }
  }
  if (made === undefined || current !== made) {
    await tagImage(socketPath, `${repository}:${tag}`, { repository, tag: 'local' });
  }
}

const shortHash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 12);
