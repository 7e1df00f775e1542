/**
 * JUnit XML, the form in which test runners of CI systems read results: testsuites, testsuite, testcase, failure, system-out.
 * There is no standard; these elements and attributes are the ones that Jenkins' xUnit schema and GitLab, GitHub and
 * Azure DevOps readers share.
 */

/** One simulated machine, as a test. */
export interface JUnitCase {
  /** the machine */
  readonly name: string;
  /** the sequence */
  readonly className: string;
  /** seconds of simulated time */
  readonly seconds: number;
  /** why it failed; left out when it passed */
  readonly failure?: { readonly message: string; readonly type: string; readonly text: string };
  /** the timeline */
  readonly output: string;
}

/** The document of one suite; ends with a line end. */
export function junitXml(name: string, cases: readonly JUnitCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const seconds = cases.reduce((sum, { seconds }) => sum + seconds, 0);
  const totals = attributes({ name, tests: cases.length, failures, errors: 0, time: seconds.toFixed(3) });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${totals}>`,
    `  <testsuite${totals}${attributes({ skipped: 0 })}>`,
    ...cases.map(testCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase({ name, className, seconds, failure, output }: JUnitCase): string {
  return [
    `    <testcase${attributes({ name, classname: className, time: seconds.toFixed(3) })}>`,
    ...(failure
      ? [
          `      <failure${attributes({ message: failure.message, type: failure.type })}>${escapeText(failure.text)}</failure>`,
        ]
      : []),
    `      <system-out>${escapeText(output)}</system-out>`,
    '    </testcase>',
  ].join('\n');
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeAttribute(String(value))}"`)
    .join('');
}

/** XML 1.0 has no way to write most control characters or a lone surrogate, not even as a reference: shown as U+FFFD. */
function escapeText(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

/** A reader makes spaces of line ends in an attribute, unless they are references. */
function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}
