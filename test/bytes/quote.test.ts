import { expect, it } from 'vitest';
import { quote } from '../../src/bytes/quote.js';

it('shows text as it is, in quotes', () => {
  expect(quote('Größe 漢字')).toBe('"Größe 漢字"');
});

it('escapes what a terminal would obey', () => {
  expect(quote('a\u001b[2J\u009b\u202eb"\n\ud800')).toBe('"a\\u001b[2J\\u009b\\u202eb\\"\\n\\ud800"');
});

it('cuts long text', () => {
  expect(quote('x'.repeat(100), 5)).toBe('"xxxxx…"');
});
