import { readFileSync } from 'node:fs';
import type { DiskPrograms } from '../image/hybrid-image.js';

const TEMPLATES = new URL('../../templates/boot/', import.meta.url);

/** The programs that a BIOS starts from a disk, as nasm made them of templates/boot/*.asm. */
export function diskPrograms(): DiskPrograms {
  const read = (name: string): Uint8Array => readFileSync(new URL(name, TEMPLATES));
  return { mbr: read('mbr.bin'), fat32: read('fat32.bin') };
}
