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

/**
 * The route's content type parser must leave the body alone. Throws `payload_too_large`, `unsupported_media`, `not_ready` when the disk is full, and
 * `invalid_input` for one cut off half-way. `pieces`: what `bodyPieces` of the same request has not given yet.
 */
export async function receiveBody(
  request: FastifyRequest,
  folder: string,
  maxBytes: number,
  pieces: AsyncIterable<Uint8Array> = bodyPieces(request, maxBytes),
): Promise<ReceivedBody> {
  const spool = openSpool(folder);
  try {
    for await (const piece of pieces) await spool.write(piece as Buffer);
    await spool.close();
    return { size: spool.size, open: spool.open, [Symbol.asyncDispose]: spool.dispose };
  } catch (error) {
    request.raw.resume();
    await spool.dispose();
    throw faultOf(error as NodeJS.ErrnoException);
  }
}

/** The body as it arrives, kept nowhere. Throws what `receiveBody` throws of the request. */
export async function* bodyPieces({ raw, headers }: FastifyRequest, maxBytes: number): AsyncGenerator<Uint8Array> {
  try {
    if ((headers['content-encoding'] ?? 'identity') !== 'identity')
      throw new ChanceryError('unsupported_media', 'send the body as it is, without a content encoding', {
        details: { encoding: headers['content-encoding'] },
      });
    if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
    let size = 0;
    // Its own way out of the loop would end the connection before anything could be answered.
    for await (const piece of raw.iterator({ destroyOnReturn: false })) {
      size += (piece as Buffer).length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      yield piece as Buffer;
    }
    // All of it is here: from now on the silence is ours, and a long hand-in must not be cut off from its answer.
    raw.socket.setTimeout(0);
  } catch (error) {
    throw faultOf(error as NodeJS.ErrnoException);
  } finally {
    // What still arrives is thrown away, or the connection would hang until it times out.
    raw.resume();
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
  if (error.code === 'ECONNRESET') return invalidInput('the body ends too early');
  return error;
}
