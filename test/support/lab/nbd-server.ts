/**
 * A disk with faults for an emulated computer: a server of the Network Block Device protocol (its doc/proto.md, fixed
 * newstyle, simple replies) on a socket of its own, over a sparse file.
 */
import { closeSync, existsSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a disk does wrong; nothing when all is left out. */
export interface Faults {
  /** bytes there really are: addresses behind them wrap around */
  readonly realBytes?: number;
  /** writes that touch anything from this byte on fail */
  readonly writeFailsFrom?: number;
  /** reads that touch anything from this byte on fail, once so much was written */
  readonly readFailsFrom?: number;
  /** ms that every write takes */
  readonly writeTakes?: number;
  /** called before a write is done */
  onWrite?(offset: number, length: number): void;
}

const OPTION_REPLY = 0x3e889045565a9n;
const OPTION_MAGIC = Buffer.from('IHAVEOPT');
const EIO = 5;
/** the flags are valid, and FLUSH is known */
const EXPORT_FLAGS = 1 | 4;
const [READ, WRITE, DISCONNECT] = [0, 1, 2];
const [EXPORT_NAME, ABORT, GO] = [1, 2, 7];
const [ACK, INFO, UNSUPPORTED] = [1, 3, 0x80000001];

export class NbdServer {
  readonly #server: Server;
  readonly #file: number;
  /** ends of what was written, so that a fault of reading can wait for it */
  #writtenTo = 0;

  private constructor(
    readonly socket: string,
    file: string,
    readonly sizeBytes: number,
    readonly faults: Faults,
  ) {
    this.#file = openSync(file, existsSync(file) ? 'r+' : 'w+');
    ftruncateSync(this.#file, sizeBytes);
    this.#server = createServer((client) => void this.#serve(client).catch(() => client.destroy()));
  }

  /** @param file what the disk holds; made when it is not there */
  static async listen(socket: string, file: string, sizeBytes: number, faults: Faults = {}): Promise<NbdServer> {
    const server = new NbdServer(socket, file, sizeBytes, faults);
    await new Promise<void>((resolve) => server.#server.listen(socket, resolve));
    return server;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
    closeSync(this.#file);
  }

  async #serve(client: Socket): Promise<void> {
    const take = reader(client);
    client.write(Buffer.concat([Buffer.from('NBDMAGIC'), OPTION_MAGIC, Buffer.from([0, 3])]));
    await take(4);
    if (!(await this.#negotiate(client, take))) return void client.end();
    for (;;) {
      const request = await take(28);
      const [type, offset, length] = [
        request.readUInt16BE(6),
        Number(request.readBigUInt64BE(16)),
        request.readUInt32BE(24),
      ];
      if (type === DISCONNECT) return void client.end();
      const written = type === WRITE ? await take(length) : undefined;
      const answer = Buffer.alloc(16);
      answer.writeUInt32BE(0x67446698, 0);
      request.copy(answer, 8, 8, 16);
      if (written) answer.writeUInt32BE(await this.#write(offset, written), 4);
      const found = type === READ ? this.#read(offset, length) : Buffer.alloc(0);
      if (!found) answer.writeUInt32BE(EIO, 4);
      client.write(found ? Buffer.concat([answer, found]) : answer);
    }
  }

  /** Options until the client wants the disk. */
  async #negotiate(client: Socket, take: (length: number) => Promise<Buffer>): Promise<boolean> {
    const facts = Buffer.alloc(10);
    facts.writeBigUInt64BE(BigInt(this.sizeBytes), 0);
    facts.writeUInt16BE(EXPORT_FLAGS, 8);
    for (;;) {
      const head = await take(16);
      const option = head.readUInt32BE(8);
      await take(head.readUInt32BE(12));
      const reply = (type: number, data: Buffer = Buffer.alloc(0)) => {
        const bytes = Buffer.alloc(20);
        bytes.writeBigUInt64BE(OPTION_REPLY, 0);
        bytes.writeUInt32BE(option, 8);
        bytes.writeUInt32BE(type, 12);
        bytes.writeUInt32BE(data.length, 16);
        client.write(Buffer.concat([bytes, data]));
      };
      if (option === EXPORT_NAME) client.write(facts);
      else if (option === GO) reply(INFO, Buffer.concat([Buffer.alloc(2), facts]));
      if (option === GO || option === ABORT) reply(ACK);
      else if (option !== EXPORT_NAME) reply(UNSUPPORTED);
      if (option === GO || option === EXPORT_NAME) return true;
      if (option === ABORT) return false;
    }
  }

  /** @returns 0 or an errno */
  async #write(offset: number, bytes: Buffer): Promise<number> {
    const { writeTakes, writeFailsFrom, realBytes = this.sizeBytes } = this.faults;
    this.faults.onWrite?.(offset, bytes.length);
    if (writeTakes !== undefined) await sleep(writeTakes);
    if (writeFailsFrom !== undefined && offset + bytes.length > writeFailsFrom) return EIO;
    writeSync(this.#file, bytes, 0, bytes.length, offset % realBytes);
    this.#writtenTo = Math.max(this.#writtenTo, offset + bytes.length);
    return 0;
  }

  #read(offset: number, length: number): Buffer | undefined {
    const { readFailsFrom, realBytes = this.sizeBytes } = this.faults;
    if (readFailsFrom !== undefined && this.#writtenTo > readFailsFrom && offset + length > readFailsFrom) return;
    const bytes = Buffer.alloc(length);
    readSync(this.#file, bytes, 0, length, offset % realBytes);
    return bytes;
  }
}

/** Gives out what a socket sends in pieces of the length that is asked for. */
function reader(client: Socket): (length: number) => Promise<Buffer> {
  const chunks = client[Symbol.asyncIterator]();
  let left: Buffer = Buffer.alloc(0);
  return async (length) => {
    const parts = [left];
    let have = left.length;
    while (have < length) {
      const { value, done } = await chunks.next();
      if (done) throw new Error('The client has gone');
      parts.push(value);
      have += value.length;
    }
    const all = Buffer.concat(parts);
    left = all.subarray(length);
    return all.subarray(0, length);
  };
}
