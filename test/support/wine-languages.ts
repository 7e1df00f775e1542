/** Languages for Wine, which takes its code pages from them. The C library has none of them: each is made once. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOk } from './tools.js';

/** What localedef reads; of Debian's package `locales`. */
export const LANGUAGE_SOURCES = '/usr/share/i18n/locales/ja_JP';

/** English is C.UTF-8, in which Wine has the OEM code page 437; German has 850, Japanese 932. */
export type WineLanguage = 'C' | 'de_DE' | 'ja_JP';

/** Environment variables that make Wine's services speak a language. @param cache folder that outlives the test run */
export async function languageEnvironment(language: WineLanguage, cache: string): Promise<Record<string, string>> {
  const name = `${language}.UTF-8`;
  if (language === 'C') return { LC_ALL: name };
  const folder = join(cache, 'languages');
  if (!existsSync(join(folder, name))) {
    mkdirSync(folder, { recursive: true });
    const making = mkdtempSync(join(tmpdir(), 'inplace-language-'));
    await runOk('localedef', ['-f', 'UTF-8', '-i', language, join(making, name)]);
    try {
      renameSync(join(making, name), join(folder, name));
    } catch (error) {
      // another test file was quicker
      if (!existsSync(join(folder, name))) throw error;
    }
    rmSync(making, { recursive: true, force: true });
  }
  return { LC_ALL: name, LOCPATH: folder };
}
