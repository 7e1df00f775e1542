/** Conditions in words, for people who want to know why a step ran. */
import type { Comparison, Condition, OperatingSystemTest, Test } from '../target/contract.js';

const COMPARISONS: Readonly<Record<Comparison, string>> = {
  equals: '=',
  notEquals: '≠',
  greater: '>',
  greaterEqual: '≥',
  less: '<',
  lessEqual: '≤',
  like: 'like',
  notLike: 'not like',
};

/** What all of these conditions ask, in one line. */
export function conditionWords(conditions: readonly Condition[]): string {
  return conditions.map(words).join(' and ');
}

function words(condition: Condition): string {
  switch (condition.type) {
    case 'all':
      return `(${condition.of.map(words).join(' and ')})`;
    case 'any':
      return `(${condition.of.map(words).join(' or ')})`;
    case 'none':
      return `none of (${condition.of.map(words).join(', ')})`;
    case 'variable':
      return [condition.variable, ...existsWords(condition.exists), ...testWords(condition.test)].join(' ');
    case 'operatingSystem':
      return operatingSystemWords(condition.operatingSystem);
    case 'file':
      return fileWords('file', condition.path, condition.exists, [
        ...partWords('version', condition.version),
        ...partWords('modified', condition.modified),
      ]);
    case 'folder':
      return fileWords('folder', condition.path, condition.exists, partWords('modified', condition.modified));
    case 'registry': {
      const name =
        condition.value === undefined ? condition.key : `${condition.key}\\${condition.value || '(default)'}`;
      return [name, ...existsWords(condition.exists), ...testWords(condition.test)].join(' ');
    }
    case 'wmi':
      return `a row for "${condition.query}"`;
    case 'software':
      return [
        `software ${condition.productCode ?? condition.upgradeCode ?? ''}`,
        ...partWords('version', condition.version),
      ].join(' ');
  }
}

function operatingSystemWords({ type, architecture, minimum, maximum, language }: OperatingSystemTest): string {
  const parts = [
    ...[type, architecture, language].filter((part) => part !== undefined),
    ...(minimum === undefined ? [] : [`${minimum} or later`]),
    ...(maximum === undefined ? [] : [`${maximum} or earlier`]),
  ];
  return `Windows is ${parts.join(', ')}`;
}

function fileWords(kind: string, path: string, exists: boolean, tests: readonly string[]): string {
  return [`${kind} ${path}`, ...(tests.length > 0 && exists ? tests : existsWords(exists))].join(' ');
}

function existsWords(exists: boolean | undefined): string[] {
  return exists === undefined ? [] : [exists ? 'exists' : 'does not exist'];
}

function partWords(name: string, test: Test | undefined): string[] {
  return test === undefined ? [] : [name, ...testWords(test)];
}

function testWords(test: Test | undefined): string[] {
  return test === undefined ? [] : [COMPARISONS[test.operator], `"${test.value}"`];
}
