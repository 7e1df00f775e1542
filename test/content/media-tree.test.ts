import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MediaFile, MediaTree } from '../../src/content/media-tree.js';
import type { FileTree } from '../../src/content/tree.js';
import { BytesContent } from '../../src/content/views.js';
import { foldCase } from '../../src/content/windows-names.js';

const content = new BytesContent(new Uint8Array(1));
const modified = new Date('2024-01-02T03:04:05Z');
const file = (origin: string, order = 3): MediaFile => ({ content, modified, order, origin });
const tree = (files: string[], directories: string[] = []): FileTree => {
  return { files: files.map((path) => ({ path, content, modified })), directories };
};
const merged = (...trees: [FileTree, string, string][]): MediaTree => {
  const media = new MediaTree();
  for (const [inner, at, origin] of trees) media.merge(inner, at, { order: 0, origin });
  return media;
};
const paths = (media: MediaTree) => media.entries().map(({ path }) => path);
const problems = (media: MediaTree) =>
  media.findings.map(({ code, message, where }) => `${code} ${where?.path}: ${message}`);

describe('a media tree', () => {
  it('lists files and folders by UTF-16 code unit', () => {
    const media = new MediaTree();
    for (const path of ['b', 'a/z', 'a-b', 'Z', 'é', '\ufb01', '😀', 'a/é/x']) media.add(path, file('x'));
    expect(paths(media)).toEqual(['Z', 'a-b', 'a/z', 'a/é/x', 'b', 'é', '😀', '\ufb01']);
    expect(media.directories()).toEqual(['a', 'a/é']);
    expect(media.findings).toEqual([]);
  });

  it('keeps empty folders', () => {
    const media = merged([tree(['a/b'], ['a', 'empty', 'empty/deep']), '', 'x']);
    media.addDirectory('Reports');
    expect(media.directories()).toEqual(['Reports', 'a', 'empty', 'empty/deep']);
  });

  it('knows what it has in any letter case', () => {
    const media = merged([tree(['sources/install.wim'], ['sources']), '', 'x']);
    for (const path of ['sources', 'SOURCES', 'Sources/Install.WIM']) expect(media.has(path)).toBe(true);
    for (const path of ['install.wim', 'sources/install.wim/x', 'sources/x', 'x/y/z'])
      expect(media.has(path)).toBe(false);
  });

  it('merges a tree below a folder, with its order, origin and times', () => {
    const media = new MediaTree();
    const time = new Date('2020-01-01T00:00:00Z');
    media.merge(tree(['d/x.inf'], ['d']), 'deploy/packages/ID', { order: 2, origin: '/host/d', modified: () => time });
    expect(media.entries()).toEqual([
      { path: 'deploy/packages/ID/d/x.inf', file: { content, modified: time, order: 2, origin: '/host/d: d/x.inf' } },
    ]);
    expect(media.directories()).toEqual(['deploy', 'deploy/packages', 'deploy/packages/ID', 'deploy/packages/ID/d']);
  });

  it('leaves out what something else replaces, and keeps the spelling of its folder', () => {
    const media = new MediaTree();
    media.merge(tree(['Sources/Boot.wim', 'Sources/x', 'AUTORUN.INF']), '', {
      order: 0,
      origin: 'iso',
      except: ['sources/boot.wim', 'autorun.inf'],
    });
    media.add('sources/boot.wim', file('/host/boot.wim', 1));
    expect(paths(media)).toEqual(['Sources/boot.wim', 'Sources/x']);
    expect(media.findings).toEqual([]);
  });
});

describe('names that Windows takes for the same', () => {
  it('folders of two origins are one: the first spelling counts', () => {
    const media = merged([tree(['Sources/a'], ['Sources']), '', 'one'], [tree(['sources/b'], ['sources']), '', 'two']);
    expect(paths(media)).toEqual(['Sources/a', 'Sources/b']);
    expect(media.directories()).toEqual(['Sources']);
    expect(media.findings).toEqual([]);
  });

  it('folders of one origin collide, once, however many files they have', () => {
    const files = Array.from({ length: 50 }, (_, i) => `${i % 2 ? 'Sub' : 'sub'}/${i}`);
    expect(problems(merged([tree(files), '', '/host/p']))).toEqual([
      'MEDIA_NAME sub: Windows takes "Sub" and "sub" for the same name (from /host/p: 1)'.replace('p: 1', 'p: Sub/1'),
    ]);
  });

  it('files collide, in one origin and between two', () => {
    expect(problems(merged([tree(['d/A.txt', 'd/a.TXT']), 'p', '/host']))).toEqual([
      'MEDIA_NAME p/d/a.TXT: Windows takes "a.TXT" and "A.txt", which comes from /host: d/A.txt, for the same name (from /host: d/a.TXT)',
    ]);
    expect(problems(merged([tree(['x']), '', 'one'], [tree(['X']), '', 'two']))).toEqual([
      'MEDIA_NAME X: Windows takes "X" and "x", which comes from one: x, for the same name (from two: X)',
    ]);
  });

  it('the very same path twice collides too', () => {
    const media = new MediaTree();
    media.add('upgrade.cmd', file('iso'));
    media.add('upgrade.cmd', file('generated'));
    expect(media.findings).toHaveLength(1);
    expect(media.entries()).toHaveLength(1);
  });

  it('a file and a folder collide, whichever comes first', () => {
    const first = problems(merged([tree(['deploy']), '', 'iso'], [tree(['Deploy/x']), '', 'two']));
    expect(first).toEqual([
      'MEDIA_NAME Deploy: A file of this name is there already, from iso: deploy (from two: Deploy/x)',
    ]);
    const second = problems(merged([tree(['deploy/x']), '', 'iso'], [tree(['DEPLOY']), '', 'two']));
    expect(second).toEqual([
      'MEDIA_NAME DEPLOY: A folder of this name is there already, from iso: deploy/x (from two: DEPLOY)',
    ]);
  });

  it('names are NFC on the media, and a collision after that is an error', () => {
    expect(paths(merged([tree(['e\u0301/o\u0308']), '', 'x']))).toEqual(['\u00e9/\u00f6']);
    expect(merged([tree(['\u00e9/a']), '', 'one'], [tree(['e\u0301/b']), '', 'two']).findings).toEqual([]);
    expect(merged([tree(['\u00f6', 'o\u0308']), '', 'x']).findings).toHaveLength(1);
    expect(merged([tree(['\u00e9/a', 'e\u0301/b']), '', 'x']).findings).toHaveLength(1);
  });
});

describe('names that Windows cannot use', () => {
  it('are found in files and folders, each folder once, with path and origin', () => {
    const media = merged([tree(['aux/a', 'aux/b', 'c/x:y', 'd /e'], ['aux']), 'deploy/packages/P', '/host/p']);
    expect(problems(media)).toEqual([
      'MEDIA_NAME deploy/packages/P/aux: Windows takes "aux" for a device, whatever follows the dot (from /host/p)',
      'MEDIA_NAME deploy/packages/P/c/x:y: Windows does not allow the character ":" in a name (from /host/p: c/x:y)',
      'MEDIA_NAME deploy/packages/P/d : Windows drops the space at the end of a name (from /host/p: d /e)',
    ]);
  });

  it('paths that are too long with their drive', () => {
    const media = merged([tree([`${'d'.repeat(100)}/${'f'.repeat(139)}`]), 'deploy/packages/P', '/host/p']);
    expect(problems(media)).toEqual([
      expect.stringMatching(/: With its drive the path has 261 characters, Windows allows 259 \(from /),
    ]);
  });

  it('paths that leave the media', () => {
    const media = new MediaTree();
    for (const path of ['../x', 'a/../b', '/x', 'a//b', '']) media.add(path, file('x'));
    expect(media.findings).toHaveLength(5);
  });
});

describe('properties', () => {
  const name = fc.string({
    unit: fc.constantFrom('a', 'A', 'b', 'é', 'E\u0301', 'ß', '.', ' '),
    minLength: 1,
    maxLength: 3,
  });
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));

  it('without findings nothing is lost, and Windows can tell all paths apart', () => {
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 8 }), (files) => {
        const media = merged([tree(files), '', 'x']);
        const all = [...paths(media), ...media.directories()];
        expect(new Set(all.map(foldCase)).size).toBe(all.length);
        if (media.findings.length === 0)
          expect(paths(media)).toEqual(files.map((each) => each.normalize('NFC')).sort());
        else expect(media.entries().length).toBeLessThanOrEqual(files.length);
      }),
    );
  });

  it('files and folders do not depend on the order of adding, when nothing collides', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(path, { maxLength: 8 })
          .chain((files) => fc.tuple(fc.constant(files), fc.shuffledSubarray(files, { minLength: files.length }))),
        ([one, two]) => {
          const first = merged([tree(one), '', 'x']);
          const second = merged([tree(two), '', 'x']);
          fc.pre(first.findings.length === 0);
          expect(paths(second)).toEqual(paths(first));
          expect(second.directories()).toEqual(first.directories());
        },
      ),
    );
  });
});

it('holds 100,000 files in one folder and 100,000 in folders of their own', () => {
  const wide = Array.from({ length: 100_000 }, (_, i) => `wide/File number ${i}.txt`);
  const deep = Array.from({ length: 100_000 }, (_, i) => `deep/${i % 300}/${i % 7}/größe ${i}.txt`);
  const media = merged([tree([...wide, ...deep]), 'deploy/packages/P', '/host']);
  expect(media.entries()).toHaveLength(200_000);
  expect(media.findings).toEqual([]);
  expect(media.has('DEPLOY/packages/p/WIDE/file NUMBER 99999.txt')).toBe(true);
});
