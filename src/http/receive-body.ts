/** Takes in a body of any size without reading it: a small one stays in memory, a large one goes to disk; nothing is left behind when it ends, however it ends. */

import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyRequest } from 'fastify';
import { ChanceryError, invalidInput } from '../errors.ts';

export interface ReceivedBody {
  /** Bytes. */
  size: number;
  /** From the beginning, as often as it is asked for. */
  open(): AsyncIterable<Uint8Array>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Bytes; several hundred recipients. */
const inMemory = 256 * 1024;

/** The route's content type parser must leave the body alone. Throws `payload_too_large`, `unsupported_media`, `not_ready` when the disk is full, and `invalid_input` for one cut off half-way. */
export async function receiveBody(request: FastifyRequest, folder: string, maxBytes: number): Promise<ReceivedBody> {
  const { raw, headers } = request;
  const spool = openSpool(folder);
  try {
    if ((headers['content-encoding'] ?? 'identity') !== 'identity')
      throw new ChanceryError('unsupported_media', 'send the body as it is, without a content encoding', {
        details: { encoding: headers['content-encoding'] },
      });
    if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
    // Its own way out of the loop would end the connection before anything could be answered.
    for await (const chunk of raw.iterator({ destroyOnReturn: false })) {
      await spool.write(chunk as Buffer);
      if (spool.size > maxBytes) throw tooLarge(maxBytes);
    }
    await spool.close();
    // All of it is here: from now on the silence is ours, and a long hand-in must not be cut off from its answer.
    raw.socket.setTimeout(0);
    return { size: spool.size, open: spool.open, [Symbol.asyncDispose]: spool.dispose };
  } catch (error) {
    // What still arrives is thrown away, or the connection would hang until it times out.
    raw.resume();
    await spool.dispose();
    throw faultOf(error as NodeJS.ErrnoException);
  }
}

const tooLarge = (max: number) =>
  new ChanceryError('payload_too_large', `the body has more than ${max} bytes`, { details: { max } });

function openSpool(folder: string) {
  const path = join(folder, randomUUID());
  let pieces: Buffer[] = [];
  let file: FileHandle | undefined;
  const spool = {
    size: 0,
    async write(piece: Buffer): Promise<void> {
      spool.size += piece.length;
      pieces.push(piece);
      if (spool.size <= inMemory) return;
      if (!file) {
        await mkdir(folder, { recursive: true });
        file = await open(path, 'wx', 0o600);
      }
      await file.writev(pieces);
      pieces = [];
    },
    async close(): Promise<void> {
      await file?.close();
    },
    open: (): AsyncIterable<Uint8Array> => (file ? readFile(path) : readPieces(pieces)),
    async dispose(): Promise<void> {
      pieces = [];
      if (!file) return;
      await file.close().catch(() => {});
      await rm(path, { force: true });
    },
  };
  return spool;
}

/** Opened with the first read and not before: a body that is refused unread holds no file open. */
async function* readFile(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path);
}

async function* readPieces(pieces: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

/** What the disk or a mistake of ours says of itself is not for the caller. */
function faultOf(error: NodeJS.ErrnoException): Error {
  if (error instanceof ChanceryError) return error;
  if (error.code === 'ENOSPC') return new ChanceryError('not_ready', 'the disk is full', { cause: error });
  if (error.code === 'ECONNRESET') return invalidInput('the body ends too early');
  return error;
}
