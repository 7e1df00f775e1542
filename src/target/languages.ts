/**
 * Languages of Windows by the number its registry has them under (MS-LCID; facts/configmgr.md, B.5: OsLanguage).
 * `Nls\Language\InstallLanguage` holds the base language as four hexadecimal digits.
 */
import { hasOwn } from './text.js';

/** The languages that Windows is published in. */
const LANGUAGES: Readonly<Record<string, string>> = {
  '0401': 'ar-SA',
  '0402': 'bg-BG',
  '0403': 'ca-ES',
  '0404': 'zh-TW',
  '0405': 'cs-CZ',
  '0406': 'da-DK',
  '0407': 'de-DE',
  '0408': 'el-GR',
  '0409': 'en-US',
  '040b': 'fi-FI',
  '040c': 'fr-FR',
  '040d': 'he-IL',
  '040e': 'hu-HU',
  '0410': 'it-IT',
  '0411': 'ja-JP',
  '0412': 'ko-KR',
  '0413': 'nl-NL',
  '0414': 'nb-NO',
  '0415': 'pl-PL',
  '0416': 'pt-BR',
  '0418': 'ro-RO',
  '0419': 'ru-RU',
  '041a': 'hr-HR',
  '041b': 'sk-SK',
  '041d': 'sv-SE',
  '041e': 'th-TH',
  '041f': 'tr-TR',
  '0421': 'id-ID',
  '0422': 'uk-UA',
  '0424': 'sl-SI',
  '0425': 'et-EE',
  '0426': 'lv-LV',
  '0427': 'lt-LT',
  '042a': 'vi-VN',
  '042d': 'eu-ES',
  '0456': 'gl-ES',
  '0804': 'zh-CN',
  '0809': 'en-GB',
  '080a': 'es-MX',
  '0816': 'pt-PT',
  '081a': 'sr-Latn-CS',
  '0c04': 'zh-HK',
  '0c0a': 'es-ES',
  '0c0c': 'fr-CA',
  '241a': 'sr-Latn-RS',
};

/** `en-US` for `0409`; the number itself in lower case where it is not known. */
export function languageName(number: string): string {
  let digits = number.toLowerCase();
  while (digits.length < 4) digits = `0${digits}`;
  const known = hasOwn(LANGUAGES, digits) ? LANGUAGES[digits] : undefined;
  return known ?? digits;
}

/** `0409` for `en-US`; that of English for a language that is not known. */
export function languageNumber(name: string): string {
  const wanted = name.toLowerCase();
  for (const number in LANGUAGES) {
    if (hasOwn(LANGUAGES, number) && LANGUAGES[number]?.toLowerCase() === wanted) return number;
  }
  return '0409';
}

/** Every language of the table. */
export function languageNames(): readonly string[] {
  const names: string[] = [];
  for (const number in LANGUAGES) if (hasOwn(LANGUAGES, number)) names.push(LANGUAGES[number] ?? '');
  return names;
}
