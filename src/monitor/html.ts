/** Pieces of HTML. Whatever comes from the field is text, never markup. */

/** Markup that is safe to put into a page. */
export interface Html {
  readonly html: string;
}

/** Markup with values in it: text is escaped, markup stays, lists are joined. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const pieces = parts.map((part, index) => (index === 0 ? part : markup(values[index - 1]) + part));
  return { html: pieces.join('') };
}

type HtmlValue = string | number | Html | readonly Html[] | undefined;

function markup(value: HtmlValue): string {
  if (value === undefined) return '';
  if (typeof value === 'object') return 'html' in value ? value.html : value.map((piece) => piece.html).join('\n');
  return escapeHtml(String(value));
}

/** Characters that steer a page or a terminal are shown as U+FFFD. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{7e}\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
