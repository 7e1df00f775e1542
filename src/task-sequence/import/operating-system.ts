import type { ConditionYaml } from '../schema.js';

type OperatingSystem = NonNullable<ConditionYaml['operatingSystem']>;

interface Release {
  readonly words: RegExp;
  readonly type: 'client' | 'server';
  /** first and last version */
  readonly minimum: string;
  readonly maximum: string;
}

/** Windows 10 and 11 share a version and differ in the build; so do the servers since 2016. Longer names come first. */
const RELEASES: readonly Release[] = [
  { words: /server 2025\b/i, type: 'server', minimum: '10.0.26100', maximum: '10.0.26100' },
  { words: /server 2022\b/i, type: 'server', minimum: '10.0.20348', maximum: '10.0.20348' },
  { words: /server 2019\b/i, type: 'server', minimum: '10.0.17763', maximum: '10.0.17763' },
  { words: /server 2016\b/i, type: 'server', minimum: '10.0.14393', maximum: '10.0.14393' },
  { words: /server 2012 r2\b/i, type: 'server', minimum: '6.3', maximum: '6.3' },
  { words: /server 2012\b/i, type: 'server', minimum: '6.2', maximum: '6.2' },
  { words: /server 2008 r2\b/i, type: 'server', minimum: '6.1', maximum: '6.1' },
  { words: /windows 11\b/i, type: 'client', minimum: '10.0.22000', maximum: '10.0' },
  { words: /windows 10\b/i, type: 'client', minimum: '10.0.10240', maximum: '10.0.19045' },
  { words: /windows 8\.1\b/i, type: 'client', minimum: '6.3', maximum: '6.3' },
  { words: /windows 8\b(?!\.)/i, type: 'client', minimum: '6.2', maximum: '6.2' },
  { words: /windows 7\b/i, type: 'client', minimum: '6.1', maximum: '6.1' },
];

const ARCHITECTURES: readonly (readonly [RegExp, 'x86' | 'x64' | 'arm64'])[] = [
  [/arm64/i, 'arm64'],
  [/64-bit|x64/i, 'x64'],
  [/32-bit|x86/i, 'x86'],
];

/** What is not said by the release and the architecture: a name with another word in it is not understood. */
const OTHER_WORDS =
  /[()]|\b(?:all|microsoft|windows|clients?|servers?|and|higher|64-bit|32-bit|x64|x86|arm64)\b|-|\s/gi;

/**
 * The operating system that ConfigMgr's editor calls by this name: `All Windows 10 (64-bit)`. Only names that were
 * understood to the last word count.
 */
export function operatingSystemNamed(name: string): OperatingSystem | undefined {
  const release = RELEASES.find(({ words }) => words.test(name));
  if (!release) return undefined;
  const rest = name.replace(release.words, '').replace(OTHER_WORDS, '');
  if (rest !== '') return undefined;
  const architecture = ARCHITECTURES.find(([words]) => words.test(name))?.[1];
  const { type, minimum, maximum } = release;
  const open = /\band higher\b/i.test(name);
  return { type, ...(architecture ? { architecture } : {}), minimum, ...(open ? {} : { maximum }) };
}
