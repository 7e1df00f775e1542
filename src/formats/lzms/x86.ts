/**
 * The x86 filter of LZMS, run over a whole block after decompression: addresses in instructions that are relative to their own place were
 * made absolute where the neighbourhood looked like machine code, that is, where the same target (its low 16 bits) had been used within the
 * last 65,535 bytes.
 */
import { viewOf } from '../../bytes/view.js';

/** How far back the same target must have been used for a place to count as machine code. */
const TARGET_WINDOW = 65535;
/** How far from the last place that looked like machine code addresses are translated; half as far for calls, which are one byte. */
const TRANSLATION_DISTANCE = 1023;
const CALL_TRANSLATION_DISTANCE = TRANSLATION_DISTANCE >> 1;

/** Bytes at the end that are never looked at, for the longest instruction to fit in. */
const TAIL_BYTES = 16;
const SMALLEST_BLOCK = 18;

const CALL = 0xe8;
const JUMP = 0xe9;
const JUMP_ADDRESS_BYTES = 4;

export class X86Filter {
  /** by the low 16 bits of a target: where it was last used */
  readonly #lastUse = new Int32Array(0x10000);

  /** Undoes the filter in place. */
  undo(block: Uint8Array): void {
    if (block.length < SMALLEST_BLOCK) return;
    const view = viewOf(block);
    const lastUse = this.#lastUse.fill(-TARGET_WINDOW - 1);
    const end = block.length - TAIL_BYTES;
    let lastCode = -TRANSLATION_DISTANCE - 1;
    // the first byte is never taken for an instruction
    let at = 1;
    while (at < end) {
      const opcode = opcodeBytes(block, at);
      if (opcode === 0) {
        at += block[at] === JUMP ? 1 + JUMP_ADDRESS_BYTES : 1;
        continue;
      }
      const operand = at + opcode;
      const reach = block[at] === CALL ? CALL_TRANSLATION_DISTANCE : TRANSLATION_DISTANCE;
      if (at - lastCode <= reach) view.setInt32(operand, view.getInt32(operand, true) - at, true);
      const target = (at + view.getUint16(operand, true)) & 0xffff;
      const last = operand + 3;
      if (last - lastUse[target]! <= TARGET_WINDOW) lastCode = last;
      lastUse[target] = last;
      at = last + 1;
    }
  }
}

/** Bytes before the 32-bit address of an instruction that the filter knows; 0 when there is none here. */
function opcodeBytes(block: Uint8Array, at: number): number {
  switch (block[at]) {
    case 0x48: // mov rax or rcx, [rip + address]; lea reg, [rip + address]
      if (block[at + 1] === 0x8b) return (block[at + 2]! & 0xf7) === 0x05 ? 3 : 0;
      return block[at + 1] === 0x8d && (block[at + 2]! & 0x07) === 0x05 ? 3 : 0;
    case 0x4c: // lea r8 to r15, [rip + address]
      return block[at + 1] === 0x8d && (block[at + 2]! & 0x07) === 0x05 ? 3 : 0;
    case CALL:
      return 1;
    case 0xf0: // lock add dword [rip + address], number
      return block[at + 1] === 0x83 && block[at + 2] === 0x05 ? 3 : 0;
    case 0xff: // call [rip + address]
      return block[at + 1] === 0x15 ? 2 : 0;
    default:
      return 0;
  }
}
