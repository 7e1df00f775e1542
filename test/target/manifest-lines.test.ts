/** Our writer is the witness: what `inplace build` writes is what the engine reads. */
import { describe, expect, it } from 'vitest';
import { renderManifest } from '../../src/image/manifest.js';
import { entriesBelow, parseManifest } from '../../src/target/manifest-lines.js';

const SUM = '0123456789abcdef'.repeat(4);
const ID = 'f'.repeat(64);
const FILES = [
  { path: 'deploy/a b.txt', size: 0, sha256: SUM },
  { path: 'sources/install.wim', size: 5_368_709_120, sha256: SUM },
  { path: '\u00e5/\u65e5\u672c.txt', size: 7, sha256: SUM },
];
const text = (manifest: Parameters<typeof renderManifest>[0]) =>
  Buffer.from(renderManifest(manifest)).toString('latin1');
const WHOLE = text({ mediaId: ID, structures: SUM, directories: ['a/b', 'c'], files: FILES });

describe('parseManifest', () => {
  it.each([
    ['with everything', { mediaId: ID, structures: SUM, directories: ['a/b', 'c'], files: FILES }],
    ['without structures', { mediaId: ID, directories: ['c'], files: FILES }],
    ['without folders', { mediaId: ID, files: FILES }],
    ['without files', { mediaId: ID, files: [] }],
  ])('reads one %s', (_, manifest) => {
    const { mediaId, files, directories } = manifest as {
      mediaId: string;
      files: typeof FILES;
      directories?: string[];
    };
    expect(parseManifest(text(manifest))).toEqual({ mediaId, files, directories: directories ?? [] });
  });

  it('refuses every text that lacks its end', () => {
    for (let length = 0; length < WHOLE.length; length += 1) {
      expect(() => parseManifest(WHOLE.slice(0, length)), `cut at ${length}`).toThrow(/damaged in line/);
    }
  });

  it('refuses every text with a character more', () => {
    for (let at = 0; at <= WHOLE.length; at += 1) {
      // the one place where a character more is another name
      const changed = `${WHOLE.slice(0, at)}~\n${WHOLE.slice(at)}`;
      expect(() => parseManifest(changed), `at ${at}`).toThrow();
    }
  });

  it.each([
    ['../up', '"../up"'],
    ['a folder with a dot', '"a/./b"'],
    ['an absolute path', '"/a"'],
    ['a drive', '"C:/a"'],
    ['a backslash', '"a\\\\b"'],
    ['nothing', '""'],
    ['an empty name', '"a//b"'],
    ['a stream', '"a.txt:x"'],
  ])('refuses a path that leads elsewhere: %s', (_, quoted) => {
    const good = text({ mediaId: ID, files: [{ path: 'PATH', size: 1, sha256: SUM }] });
    expect(() => parseManifest(good.replace('"PATH"', quoted))).toThrow(/line 2/);
  });

  it('refuses entries that are out of order or there twice', () => {
    const twice = text({ mediaId: ID, files: [FILES[0]!, FILES[0]!] });
    const reversed = text({ mediaId: ID, files: [FILES[1]!, FILES[0]!] });
    expect(() => parseManifest(twice)).toThrow(/line 3/);
    expect(() => parseManifest(reversed)).toThrow(/line 3/);
  });

  it('finds what is below a folder, and not what only begins like it', () => {
    const files = ['a/b', 'a/c/d', 'ab/c'].map((path) => ({ path, size: 1, sha256: SUM }));
    const manifest = parseManifest(text({ mediaId: ID, files }));
    expect(entriesBelow(manifest, 'a').map(({ path }) => path)).toEqual(['a/b', 'a/c/d']);
    expect(entriesBelow(manifest, '')).toHaveLength(3);
  });
});
