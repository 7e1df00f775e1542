/** Identifiers (LCID) of the base languages of Windows, and their names (MS-LCID 2.2). */
const LANGUAGES: Readonly<Record<string, string>> = {
  1025: 'ar-SA',
  1026: 'bg-BG',
  1028: 'zh-TW',
  1029: 'cs-CZ',
  1030: 'da-DK',
  1031: 'de-DE',
  1032: 'el-GR',
  1033: 'en-US',
  1035: 'fi-FI',
  1036: 'fr-FR',
  1037: 'he-IL',
  1038: 'hu-HU',
  1040: 'it-IT',
  1041: 'ja-JP',
  1042: 'ko-KR',
  1043: 'nl-NL',
  1044: 'nb-NO',
  1045: 'pl-PL',
  1046: 'pt-BR',
  1048: 'ro-RO',
  1049: 'ru-RU',
  1050: 'hr-HR',
  1051: 'sk-SK',
  1053: 'sv-SE',
  1054: 'th-TH',
  1055: 'tr-TR',
  1058: 'uk-UA',
  1060: 'sl-SI',
  1061: 'et-EE',
  1062: 'lv-LV',
  1063: 'lt-LT',
  2052: 'zh-CN',
  2057: 'en-GB',
  2058: 'es-MX',
  2070: 'pt-PT',
  3082: 'es-ES',
  3084: 'fr-CA',
  9242: 'sr-Latn-RS',
};

/** Name of a base language by its identifier in decimal: `1033`. */
export function languageOf(identifier: string): string | undefined {
  const digits = identifier.trim().replace(/^0+(?=\d)/, '');
  return Object.hasOwn(LANGUAGES, digits) ? LANGUAGES[digits] : undefined;
}
