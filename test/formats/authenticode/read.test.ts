import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { minimalProgram } from '../../../scripts/fixtures/minimal-program.mjs';
import { InplaceError } from '../../../src/errors.js';
import { authenticodeDigest } from '../../../src/formats/authenticode/digest.js';
import { readAuthenticode } from '../../../src/formats/authenticode/read.js';
import { readPeImage } from '../../../src/formats/pe/image.js';
import { readFileVersion } from '../../../src/formats/pe/version-resource.js';
import {
  debianLoaders,
  loaderTools,
  makeAuthority,
  makeUefiProgram,
  sign,
  signingTools,
  type TestAuthority,
} from '../../support/signing.js';
import { describeWith, long, runOk, temporaryFolder } from '../../support/tools.js';
import { noise } from '../support/kinds.js';

const where = { file: 'boot.efi' };

function read(bytes: Uint8Array) {
  return readAuthenticode(readPeImage(bytes, where), where);
}

/** Flips bits and cuts ends: what comes is SOURCE_CORRUPT, or signatures of which none says that the file is as it was. */
function fuzz(original: Buffer, from: number, rounds: number): { thrown: number; quiet: number } {
  const random = noise(rounds * 12, 77);
  const counts = { thrown: 0, quiet: 0 };
  for (let round = 0; round < rounds; round++) {
    const pick = (i: number, limit: number): number => random.readUInt32LE(round * 12 + 4 * i) % limit;
    let bytes = Buffer.from(original);
    const at = from + pick(0, original.length - from);
    if (round % 5 === 0) bytes = bytes.subarray(0, at);
    else bytes[at]! ^= 1 << pick(1, 8);
    try {
      readFileVersion(readPeImage(bytes, where));
      read(bytes);
      counts.quiet++;
    } catch (error) {
      if (!(error instanceof InplaceError)) throw error;
      expect(error.code).toBe('SOURCE_CORRUPT');
      expect(error.findings[0]?.where?.file).toBe('boot.efi');
      counts.thrown++;
    }
  }
  return counts;
}

describeWith(loaderTools, "Debian's shim", () => {
  let shim: Buffer;

  beforeAll(async () => {
    shim = (await debianLoaders()).shim;
  });

  it('has a signature of each Microsoft authority, 2011 and 2023', () => {
    const signatures = read(shim);
    expect(signatures.map(({ nested, digestAlgorithm, problem }) => [nested, digestAlgorithm, problem])).toEqual([
      [false, 'sha256', undefined],
      [false, 'sha256', undefined],
    ]);
    expect(signatures.map(({ chain }) => chain.map(({ subject }) => subject))).toEqual([
      ['Microsoft Windows UEFI Driver Publisher', 'Microsoft Corporation UEFI CA 2011'],
      ['Microsoft UEFI CA 2023 signer', 'Microsoft UEFI CA 2023'],
    ]);
    // as published by Microsoft
    expect(signatures.map(({ chain }) => chain[1]?.thumbprint)).toEqual([
      '46def63b5ce61cf8ba0de2e6639c1019d0ed14f3',
      'b5eeb4a6706048073f0ed296e7f580a790b59eaa',
    ]);
  });

  it('a byte of the program changed: no signature is valid any more', () => {
    const changed = Buffer.from(shim);
    changed[0x2000]! ^= 1;
    expect(read(changed).map(({ problem }) => problem)).toEqual([
      'the file was changed after it was signed',
      'the file was changed after it was signed',
    ]);
  });

  it('the checksum may change, the digest leaves it out', () => {
    const changed = Buffer.from(shim);
    changed.writeUInt32LE(0x12345678, readPeImage(shim, where).checksumAt);
    expect(read(changed).map(({ problem }) => problem)).toEqual([undefined, undefined]);
  });

  it('a bit of the signature itself changed: that one is not valid', () => {
    const changed = Buffer.from(shim);
    const { offset } = readPeImage(shim, where).certificates;
    const length = shim.readUInt32LE(offset);
    // the signer's encrypted digest stands before the unsigned attributes; look for it by what follows the RSA algorithm identifier
    const rsa = Buffer.from('300d06092a864886f70d0101010500048201', 'hex');
    const at = shim.subarray(offset, offset + length).lastIndexOf(rsa);
    expect(at).toBeGreaterThan(0);
    changed[offset + at + rsa.length + 60]! ^= 1;
    expect(read(changed).map(({ problem }) => problem)).toEqual([
      'the signature was not made with the key of its certificate',
      undefined,
    ]);
  });

  it('damaged tables and signatures are clear errors', () => {
    const { offset } = readPeImage(shim, where).certificates;
    const counts = fuzz(shim, offset, long ? 3000 : 75);
    expect(counts.thrown).toBeGreaterThan(10);
  });
});

describeWith(signingTools, 'programs that sbsign signed', () => {
  const folder = temporaryFolder();
  let first: TestAuthority;
  let second: TestAuthority;
  let program: string;

  beforeAll(async () => {
    first = await makeAuthority(folder, 'First CA');
    second = await makeAuthority(folder, 'Second CA');
    program = await makeUefiProgram(folder, 'program');
  });

  it('unsigned, once, and twice', async () => {
    expect(read(await readFile(program))).toEqual([]);
    const copy = join(folder, 'signed.efi');
    await writeFile(copy, await readFile(program));
    await sign(copy, first);
    const signed = read(await readFile(copy));
    expect(signed.map(({ chain, problem }) => [chain.map(({ subject }) => subject), problem])).toEqual([
      [['Signer of First CA', 'First CA'], undefined],
    ]);
    expect(signed[0]?.chain[1]?.thumbprint).toBe(first.thumbprint);
    await runOk('sbverify', ['--cert', first.caCertificate, copy]);
    await sign(copy, second);
    expect(read(await readFile(copy)).map(({ chain }) => chain[1]?.subject)).toEqual(['First CA', 'Second CA']);
    await runOk('sbverify', ['--cert', second.caCertificate, copy]);
  });

  it('a section changed afterwards: sbverify refuses it, and so do we', async () => {
    const bytes = await readFile(join(folder, 'signed.efi'));
    bytes[readPeImage(bytes, where).sections[0]!.rawOffset]! ^= 1;
    await writeFile(join(folder, 'changed.efi'), bytes);
    expect(read(bytes).every(({ problem }) => problem === 'the file was changed after it was signed')).toBe(true);
    await expect(runOk('sbverify', ['--cert', first.caCertificate, join(folder, 'changed.efi')])).rejects.toThrow();
  });

  it("somebody's signer with the certificate of an authority of the same name beside it does not lead to that authority", async () => {
    const genuine = await makeAuthority(join(folder, 'genuine'), 'Same CA');
    const forger = await makeAuthority(join(folder, 'forger'), 'Same CA');
    const copy = join(folder, 'forged.efi');
    await writeFile(copy, await readFile(program));
    await sign(copy, { ...forger, caCertificate: genuine.caCertificate });
    const [signature] = read(await readFile(copy));
    expect(signature?.chain.map(({ subject, issuer }) => [subject, issuer])).toEqual([
      ['Signer of Same CA', 'Same CA'],
    ]);
  });

  it('the file version is the one of the version resource', async () => {
    expect(readFileVersion(readPeImage(await readFile(program), where))).toBe('10.0.26100.1150');
    expect(readPeImage(await readFile(program), where).architecture).toBe('x64');
  });

  it('damaged programs are clear errors', async () => {
    fuzz((await readFile(join(folder, 'signed.efi'))).subarray(0), 0, long ? 5000 : 120);
    fuzz((await readFile(program)).subarray(0, 1024), 0, long ? 20_000 : 800);
  });
});

describe('PE images', () => {
  it('the smallest program has no certificate table, no signatures and no version', () => {
    const image = readPeImage(minimalProgram('arm64', 10, 1), where);
    expect(image).toMatchObject({ architecture: 'arm64', certificateEntryAt: undefined });
    expect(readAuthenticode(image, where)).toEqual([]);
    expect(readFileVersion(image)).toBeUndefined();
    expect(authenticodeDigest(image, 'sha256', where)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['text', Buffer.from('This is a long enough text that is no program at all, is it? No.'), /does not begin with MZ/],
    ['nothing', Buffer.alloc(0), /ends inside its headers/],
    ['a header beyond the end', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(62, 0xff)]), /ends inside its headers/],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => readPeImage(bytes, where)).toThrow(message);
  });
});
