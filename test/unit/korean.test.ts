import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import * as l10n from '@vscode/l10n';
import { findProfile } from '../../src/isolation/ownProfiles.ts';
import { sourceTexts } from '../support/sourceTexts.ts';

const root = new URL('../../', import.meta.url);
const read = (file: string) => JSON.parse(readFileSync(new URL(file, root), 'utf8')) as Texts;
type Texts = Record<string, string>;

const bundle = read('l10n/bundle.l10n.json');
const korean = read('l10n/bundle.l10n.ko.json');
const manifest = read('package.nls.json');
const koreanManifest = read('package.nls.ko.json');

describe('the Korean of Cordon', () => {
  const inSource = sourceTexts(fileURLToPath(root));

  it('can have every text: each is written out where it is used, and made when there is a translation', () => {
    assert.ok(inSource.length > 1000, String(inSource.length));
    const unknown = inSource.filter(({ text }) => text === undefined);
    assert.deepEqual(placesOf(unknown), [], 'not a literal');
    assert.deepEqual(placesOf(inSource.filter(({ isMadeAtLoad }) => isMadeAtLoad)), [], 'made too early');
  });

  it('has every text of the source, and none that is not there any more', () => {
    const texts = [...new Set(inSource.map(({ text }) => text))];
    assert.deepEqual(differences(texts, Object.keys(bundle)), [], 'run `npm run l10n`');
    assert.deepEqual(differences(texts, Object.keys(korean)), [], 'l10n/bundle.l10n.ko.json');
  });

  it('has every text of the manifest, and none that is not there any more', () => {
    assert.deepEqual(Object.keys(koreanManifest), Object.keys(manifest));
  });

  it('keeps what stands for something else as it is', () => {
    // by what is filled in, done and named; a sentence may name it in another order
    const kept = [
      /\{\d+\}/g,
      /\(command:[^)]*\)/g,
      /`[^`]+`/g,
      /\bcordon(?:\.\w+)+/gi,
      /\$\([\w-]+\)/g,
      /\n|^ +| +$|…$/g,
    ];
    assert.deepEqual(
      wrong((english, translated) =>
        kept.every((pattern) => isDeepStrictEqual(allOf(pattern, translated), allOf(pattern, english))),
      ),
      [],
    );
  });

  it('is Korean wherever there are words', () => {
    const isOfNames = (text: string) =>
      !/\p{L}/u.test(text.replaceAll(/\{\d+\}|Cordon|CIS|MiB|NAME=value|strict|pytest|\bof\b/g, ''));
    assert.deepEqual(
      wrong((english, translated) => /[가-힣]/.test(translated) || isOfNames(english)),
      [],
    );
  });

  it('leaves the particle open after what is filled in', () => {
    const closed = /\}["”]?(?:을|를|이|가|은|는|와|과|로|으로|라는|이라는)(?![가-힣(])/;
    assert.deepEqual(
      wrong((_english, translated) => !closed.test(translated)),
      [],
    );
  });

  it('calls a thing by one word', () => {
    assert.deepEqual(
      wrong((english, translated) => {
        const words = english.replaceAll(/`[^`]*`|\(command:[^)]*\)|[/#-]\w+|\*\.[\w-]+|cordon\.\w+/g, '');
        return glossary.every(([word, term]) => !word.test(words) || term.test(translated));
      }),
      [],
    );
  });

  it('has the pages of the walkthrough', () => {
    const pages = readdirSync(new URL('media/walkthrough', root)).filter((file) => !file.includes('.nls.'));
    for (const page of pages) {
      const own = new URL(`media/walkthrough/${page.replace(/\.md$/, '.nls.ko.md')}`, root);
      assert.ok(existsSync(own), page);
      const texts = [new URL(`media/walkthrough/${page}`, root), own].map((file) =>
        readFileSync(file, 'utf8'),
      );
      const [english = [], translated] = texts.map((text) => allOf(/`[^`]+`|<kbd>\w+<\/kbd>|^#+ /gm, text));
      assert.deepEqual(translated, english, page);
    }
  });

  it('is what the core says once it has the bundle', () => {
    const failure = () => {
      try {
        findProfile('none');
      } catch (error) {
        return (error as Error).message;
      }
      return '';
    };
    assert.match(failure(), /^There is no profile "none"/);
    l10n.config({ contents: korean });
    try {
      assert.equal(
        failure(),
        '프로필 "none"이(가) 없습니다. 설정 cordon.profiles에서 정의하거나 워크스페이스에 다른 프로필을 선택하세요.',
      );
    } finally {
      l10n.config({ contents: {} });
    }
  });
});

/** VS Code's own word for what is open in a window is 작업 영역, so that a workspace of Cordon is called otherwise. */
const glossary: readonly (readonly [RegExp, RegExp])[] = [
  [/\bworkspaces?\b/i, /워크스페이스/],
  [/\bprofiles?\b/i, /프로필/],
  [/\bengines?\b/i, /엔진/],
  [/\bcontainers?\b/i, /컨테이너/],
  [/\bimages?\b/i, /이미지/],
  [/\bsecrets?\b/i, /비밀/],
  [/\bquarantine\b/i, /검역소/],
  [/\bpanic\b/i, /패닉/],
  [/\bprotected paths?\b/i, /보호된 경로/],
  [/\bhidden paths?\b/i, /숨긴 경로/],
  [/\bcapabilit(y|ies)\b/i, /캐퍼빌리티/],
  [/\blanguage servers?\b/i, /언어 서버/],
  [/\btimeline\b/i, /타임라인/],
];

function pairs(): (readonly [english: string, translated: string])[] {
  return [
    ...Object.entries(korean),
    ...Object.entries(koreanManifest).map(([key, text]) => [manifest[key] ?? '', text] as const),
  ];
}

/** Pairs that do not hold what is said of them. */
function wrong(holds: (english: string, translated: string) => boolean): string[] {
  return pairs()
    .filter(([english, translated]) => !holds(english, translated))
    .map(([english, translated]) => `${english} -> ${translated}`);
}

function allOf(pattern: RegExp, text: string): string[] {
  return [...text.matchAll(pattern)].map(([found]) => found).sort();
}

function placesOf(texts: readonly { readonly place: string }[]): string[] {
  return texts.map(({ place }) => place);
}

/** What only one of both has: `+` is missing in the second, `-` is too much there. */
function differences(wanted: readonly (string | undefined)[], there: readonly string[]): string[] {
  return [
    ...wanted.filter((text) => text !== undefined && !there.includes(text)).map((text) => `+ ${text ?? ''}`),
    ...there.filter((text) => !wanted.includes(text)).map((text) => `- ${text}`),
  ];
}
