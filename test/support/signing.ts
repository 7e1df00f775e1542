/** Programs for tests that are signed for Secure Boot: Debian's, with Microsoft's signatures, and our own, with keys made here. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOk } from './tools.js';

/** What fetching Debian's loaders needs; for `describeWith`. */
export const loaderTools = ['bash', 'flock', 'apt-get', 'dpkg-deb'];
/** What making and signing our own needs. */
export const signingTools = ['openssl', 'sbsign', 'x86_64-w64-mingw32-gcc', 'x86_64-w64-mingw32-windres'];

/** Debian's shim, signed by Microsoft UEFI CA 2011 and 2023, and its GRUB, signed by Debian. */
export async function debianLoaders(): Promise<{ shim: Buffer; grub: Buffer }> {
  const folder = join(tmpdir(), 'inplace-signed-loaders');
  await runOk('bash', [join(import.meta.dirname, '../../scripts/lab/signed-loaders.sh'), folder]);
  return { shim: await readFile(join(folder, 'shimx64.efi')), grub: await readFile(join(folder, 'grubx64.efi')) };
}

/** A certificate authority and a signer whose certificate it issued: files in a folder. */
export interface TestAuthority {
  readonly caCertificate: string;
  readonly signerKey: string;
  readonly signerCertificate: string;
  /** SHA-1 of the authority's certificate, hex */
  readonly thumbprint: string;
}

export async function makeAuthority(folder: string, name: string): Promise<TestAuthority> {
  const at = (file: string): string => join(folder, name.replaceAll(' ', '-'), file);
  await mkdir(at('.'), { recursive: true });
  const newKey = (key: string): string[] => ['-newkey', 'rsa:2048', '-nodes', '-keyout', at(key)];
  const days = ['-days', '3650'];
  await runOk('openssl', ['req', '-x509', ...newKey('ca.key'), ...days, '-subj', `/CN=${name}`, '-out', at('ca.pem')]);
  await runOk('openssl', [
    'req',
    '-new',
    ...newKey('signer.key'),
    '-subj',
    `/CN=Signer of ${name}`,
    '-out',
    at('signer.csr'),
  ]);
  const authority = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'];
  await runOk('openssl', ['x509', '-req', '-in', at('signer.csr'), ...authority, ...days, '-out', at('signer.pem')]);
  const shown = await runOk('openssl', ['x509', '-in', at('ca.pem'), '-noout', '-fingerprint', '-sha1']);
  return {
    caCertificate: at('ca.pem'),
    signerKey: at('signer.key'),
    signerCertificate: at('signer.pem'),
    thumbprint: shown.split('=')[1]!.trim().replaceAll(':', '').toLowerCase(),
  };
}

/** A UEFI program with a version resource, which ends at once, or says `STARTED NAME` and stays. @returns its path */
export async function makeUefiProgram(
  folder: string,
  name: string,
  { version = '10.0.26100.1150', says = false }: { version?: string; says?: boolean } = {},
): Promise<string> {
  const at = (extension: string): string => join(folder, `${name}.${extension}`);
  await mkdir(folder, { recursive: true });
  // UEFI 4.3: the console is the pointer at 64; 12.4: printing its second function
  const body = says
    ? `void **console = *(void ***)(system + 64);
       ((long (*)(void *, const unsigned short *))console[1])(console, L"STARTED ${name}\\r\\n");
       for (;;) __asm__("hlt");`
    : '(void)system; return 0;';
  await writeFile(at('c'), `long efi_main(void *image, char *system) { (void)image; ${body} }\n`);
  const numbers = version.replaceAll('.', ',');
  await writeFile(
    at('rc'),
    `1 VERSIONINFO\nFILEVERSION ${numbers}\nPRODUCTVERSION 1,2,3,4\nBEGIN\nBLOCK "StringFileInfo" BEGIN END\nEND\n`,
  );
  await runOk('x86_64-w64-mingw32-windres', [at('rc'), '-o', at('o')]);
  const flags = ['-O2', '-ffreestanding', '-nostdlib', '-fshort-wchar', '-Wl,--subsystem,10', '-Wl,-e,efi_main'];
  await runOk('x86_64-w64-mingw32-gcc', [...flags, '-o', at('efi'), at('c'), at('o')]);
  return at('efi');
}

/** Signs a program in place; a second signature goes beside the first. */
export async function sign(program: string, by: TestAuthority): Promise<void> {
  const keys = ['--key', by.signerKey, '--cert', by.signerCertificate, '--addcert', by.caCertificate];
  await runOk('sbsign', [...keys, '--output', program, program]);
}
