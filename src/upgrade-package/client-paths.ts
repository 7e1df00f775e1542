/**
 * Which installed client Windows may become which edition and keep applications, settings and data: Microsoft's upgrade
 * path tables (facts/configmgr.md, F.1 and F.2), as data. Editions are EditionID values as the registry spells them.
 * K and KN are spelled like the edition and its N (U).
 */
import { CLIENT_BUILDS } from './windows-builds.js';

/**
 * What a cell of the tables says. `own`: everything is kept, and the edition is the machine's or what Microsoft made of
 * it (Ultimate became Pro); `keeps`: everything is kept, and the edition is another one, which needs its key;
 * `data`: only personal data would be kept, which is no upgrade as inplace means it.
 */
export type PathCell = 'own' | 'keeps' | 'data';

/** A row of the tables: one or more installed editions. */
export interface ClientRow {
  /** for people; versions are added where they matter */
  readonly words: string;
  readonly oldest: number;
  readonly newest: number;
  /** without the N of N editions, which have the same rows among themselves */
  readonly editions: readonly string[];
  /** by the edition of the image; what is not there is not supported */
  readonly to: Readonly<Record<string, PathCell>>;
}

const SEVEN = { oldest: CLIENT_BUILDS.seven, newest: CLIENT_BUILDS.seven };
const EIGHT = { oldest: CLIENT_BUILDS.eight, newest: CLIENT_BUILDS.eightOne };
const TEN = { oldest: CLIENT_BUILDS.ten, newest: CLIENT_BUILDS.eleven - 1 };
const ELEVEN = { oldest: CLIENT_BUILDS.eleven, newest: Number.MAX_SAFE_INTEGER };

const HOME_TO = {
  Core: 'own',
  Professional: 'keeps',
  ProfessionalEducation: 'keeps',
  Education: 'keeps',
} as const satisfies Record<string, PathCell>;

const PRO_TO = {
  Core: 'data',
  Professional: 'own',
  ProfessionalEducation: 'keeps',
  Education: 'keeps',
  Enterprise: 'keeps',
} as const satisfies Record<string, PathCell>;

const ENTERPRISE_TO = { Education: 'keeps', Enterprise: 'own' } as const satisfies Record<string, PathCell>;
const EDUCATION_TO = { Education: 'own', Enterprise: 'data' } as const satisfies Record<string, PathCell>;
/** Long-term servicing to the general release of the same or a newer build, with its key. */
const LTSC_TO = { Enterprise: 'keeps' } as const satisfies Record<string, PathCell>;

/** The rows in the order of the tables. Windows 11 has the cells of Windows 10 (F.2). */
export const CLIENT_ROWS: readonly ClientRow[] = [
  {
    words: 'Windows 7 Starter, Home Basic and Home Premium',
    ...SEVEN,
    editions: ['Starter', 'HomeBasic', 'HomePremium'],
    to: HOME_TO,
  },
  { words: 'Windows 7 Professional and Ultimate', ...SEVEN, editions: ['Professional', 'Ultimate'], to: PRO_TO },
  { words: 'Windows 7 Enterprise', ...SEVEN, editions: ['Enterprise'], to: ENTERPRISE_TO },
  { words: 'Windows 8 and 8.1, Connected too', ...EIGHT, editions: ['Core', 'CoreConnected'], to: HOME_TO },
  {
    words: 'Windows 8 and 8.1 Pro, with Media Center and Student too',
    ...EIGHT,
    editions: ['Professional', 'ProfessionalWMC', 'ProfessionalStudent'],
    to: PRO_TO,
  },
  { words: 'Windows 8 and 8.1 Enterprise', ...EIGHT, editions: ['Enterprise'], to: ENTERPRISE_TO },
  {
    words: 'Windows 8 and 8.1 Embedded Industry',
    ...EIGHT,
    // Industry Pro, its academic form and Industry Enterprise (U)
    editions: ['EmbeddedIndustry', 'EmbeddedIndustryA', 'EmbeddedIndustryE'],
    to: { Enterprise: 'keeps' },
  },
  { words: 'Windows RT', ...EIGHT, editions: ['CoreARM'], to: {} },
  { words: 'Windows 10 Home', ...TEN, editions: ['Core'], to: HOME_TO },
  { words: 'Windows 10 Pro', ...TEN, editions: ['Professional'], to: PRO_TO },
  { words: 'Windows 10 Education', ...TEN, editions: ['Education'], to: EDUCATION_TO },
  { words: 'Windows 10 Enterprise', ...TEN, editions: ['Enterprise'], to: ENTERPRISE_TO },
  { words: 'Windows 10 Enterprise LTSC', ...TEN, editions: ['EnterpriseS'], to: LTSC_TO },
  { words: 'Windows 11 Home', ...ELEVEN, editions: ['Core'], to: HOME_TO },
  { words: 'Windows 11 Pro', ...ELEVEN, editions: ['Professional'], to: PRO_TO },
  { words: 'Windows 11 Education', ...ELEVEN, editions: ['Education'], to: EDUCATION_TO },
  { words: 'Windows 11 Enterprise', ...ELEVEN, editions: ['Enterprise'], to: ENTERPRISE_TO },
  { words: 'Windows 11 Enterprise LTSC', ...ELEVEN, editions: ['EnterpriseS'], to: LTSC_TO },
];

/** Editions that have an N without Media Player; the N is part of the EditionID. */
const WITH_N = [
  'Core',
  'Professional',
  'ProfessionalEducation',
  'ProfessionalWorkstation',
  'Education',
  'Enterprise',
  'EnterpriseS',
];

/** `CoreN` is Core with an N. An N becomes an N and nothing else, or applications are lost (F.1). */
export function withoutN(edition: string): { readonly edition: string; readonly n: boolean } {
  const base = /^(.+)N$/i.exec(edition)?.[1];
  const known = WITH_N.find((name) => name.toLowerCase() === base?.toLowerCase());
  return known === undefined ? { edition, n: false } : { edition: known, n: true };
}
