import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readBytes } from '../../src/content/content.js';
import { BytesContent, LateContent, textContent } from '../../src/content/views.js';
import { LayoutBuilder } from '../../src/image/layout.js';

it('gives contents places in the order of the calls, aligned, with zero bytes between', async () => {
  const layout = new LayoutBuilder();
  layout.place(layout.reserve(3, 'a', 'structure'), textContent('abc'));
  layout.skipTo(8, 'unused');
  layout.place(layout.reserve(2, 'b', 'file', 4), textContent('xy'));
  layout.place(layout.reserve(1, 'c', 'file', 4), textContent('z'));
  const image = layout.seal(16);
  expect(image.size).toBe(16);
  expect(image.extents.map(({ offset, role }) => [offset, role])).toEqual([
    [0, 'a'],
    [8, 'b'],
    [12, 'c'],
  ]);
  expect(Buffer.from(await readBytes(image)).toString('latin1')).toBe('abc\0\0\0\0\0xy\0\0z\0\0\0');
});

it('proves that every region has its content', () => {
  const layout = new LayoutBuilder();
  layout.reserve(3, 'anchor', 'structure');
  expect(() => layout.seal()).toThrow('anchor was reserved and never placed');
});

it('proves that a structure has exactly its reserved length', () => {
  const layout = new LayoutBuilder();
  const region = layout.reserve(3, 'anchor', 'structure');
  expect(() => layout.place(region, textContent('four'))).toThrow('3 bytes were reserved, 4 were rendered');
});

it('refuses to place a region twice', () => {
  const layout = new LayoutBuilder();
  const region = layout.reserve(1, 'anchor', 'structure');
  layout.place(region, textContent('a'));
  expect(() => layout.place(region, textContent('b'))).toThrow('placed twice');
});

it('proves that nothing the manifest sums lies behind it, and lets closing structures do so', () => {
  const layout = new LayoutBuilder();
  layout.place(layout.reserve(1, 'manifest', 'late'), new LateContent(1));
  layout.place(layout.reserve(1, 'anchor', 'closing'), textContent('a'));
  expect(() => layout.seal()).not.toThrow();
  layout.place(layout.reserve(1, 'readme.txt', 'file'), textContent('a'));
  expect(() => layout.seal()).toThrow('readme.txt lies behind the manifest');
});

it('refuses to skip backwards', () => {
  const layout = new LayoutBuilder();
  layout.reserve(10, 'a', 'zero');
  expect(() => layout.skipTo(5, 'b')).toThrow('b should start at 5, but 10 bytes are laid out');
});

it('reads any range of an image as the same bytes the whole has there', async () => {
  const pieces = fc.array(fc.record({ bytes: fc.uint8Array({ maxLength: 40 }), align: fc.constantFrom(1, 4, 16) }));
  await fc.assert(
    fc.asyncProperty(pieces, fc.nat(), fc.nat(), async (list, a, b) => {
      const layout = new LayoutBuilder();
      for (const { bytes, align } of list) {
        layout.place(layout.reserve(bytes.length, 'piece', 'file', align), new BytesContent(bytes));
      }
      const image = layout.seal(8);
      const whole = await readBytes(image);
      const [from, to] = [a % (image.size + 1), b % (image.size + 1)].sort((x, y) => x - y) as [number, number];
      expect(await readBytes(image, from, to - from)).toEqual(whole.slice(from, to));
    }),
  );
});
