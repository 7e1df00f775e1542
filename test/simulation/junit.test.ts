/** The JUnit report, read back by an XML parser that is not ours (Python's expat). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { type JUnitCase, junitXml } from '../../src/simulation/junit.js';
import { describeWith, runOk, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();

const cases: JUnitCase[] = [
  { name: 'laptop', className: 'upgrade', seconds: 5025, output: '0:00  1  Check readiness\n' },
  {
    name: 'the "odd" <one> & more',
    className: 'upgrade',
    seconds: 12.25,
    failure: { message: 'ended as failed,\nexpected success', type: 'outcome', text: 'step 2.1 <x> & "y"' },
    output: 'a \u0007 bell, a lone \ud800, an end ]]> and \u{1f5a5}\r\n',
  },
];

/** Attributes and texts of all elements, as Python's parser sees them. */
const READER = `
import json, sys, xml.etree.ElementTree as tree
def show(e): return [e.tag, dict(e.attrib), (e.text or '') if e.tag in ('failure', 'system-out') else '', [show(c) for c in e]]
print(json.dumps(show(tree.parse(sys.argv[1]).getroot())))
`;

describeWith(['python3'], 'junitXml() and Python', () => {
  it('is read by Python with every name, time and text in its place', async () => {
    const file = join(folder, 'report.xml');
    writeFileSync(file, junitXml('upgrade', cases));
    const stdout = await runOk('python3', ['-c', READER, file]);
    const totals = { name: 'upgrade', tests: '2', failures: '1', errors: '0', time: '5037.250' };
    expect(JSON.parse(stdout)).toEqual([
      'testsuites',
      totals,
      '',
      [
        [
          'testsuite',
          { ...totals, skipped: '0' },
          '',
          [
            [
              'testcase',
              { name: 'laptop', classname: 'upgrade', time: '5025.000' },
              '',
              [['system-out', {}, '0:00  1  Check readiness\n', []]],
            ],
            [
              'testcase',
              { name: 'the "odd" <one> & more', classname: 'upgrade', time: '12.250' },
              '',
              [
                [
                  'failure',
                  { message: 'ended as failed,\nexpected success', type: 'outcome' },
                  'step 2.1 <x> & "y"',
                  [],
                ],
                ['system-out', {}, 'a \ufffd bell, a lone \ufffd, an end ]]> and \u{1f5a5}\r\n', []],
              ],
            ],
          ],
        ],
      ],
    ]);
  });
});

describe('junitXml()', () => {
  it('is well-formed whatever the names and texts are', () => {
    const text = fc.string({ unit: 'binary' });
    const failure = fc.option(fc.record({ message: text, type: text, text }), { nil: undefined });
    const one = fc.record({ name: text, className: text, seconds: fc.nat(), output: text, failure });
    fc.assert(
      fc.property(text, fc.array(one), (name, list) => {
        const items = list.map(({ failure: why, ...rest }) => ({ ...rest, ...(why ? { failure: why } : {}) }));
        const found: string[] = [];
        const parser = new SaxesParser();
        parser.on('error', (error) => expect.fail(error.message));
        parser.on('opentag', ({ name: tag }) => found.push(tag));
        parser.write(junitXml(name, items)).close();
        expect(found.filter((tag) => tag === 'testcase')).toHaveLength(list.length);
        expect(found.filter((tag) => tag === 'failure')).toHaveLength(list.filter((item) => item.failure).length);
      }),
    );
  });
});
