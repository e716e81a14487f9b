/** Reads a multipart form: fields into memory with a cap, files onto disk; nothing is left behind when it ends, however it ends. */

import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FastifyRequest } from 'fastify';
import { ChanceryError, invalidInput } from '../errors.ts';

export interface UploadedFile {
  /** As the client calls it; never used as a path. */
  filename: string;
  /** Bytes. */
  size: number;
  open(): AsyncIterable<Uint8Array>;
}

export interface Form {
  /** First value of each field, names as sent, e.g. `signatories[0][index]`. */
  fields: Map<string, string>;
  files: Map<string, UploadedFile>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A file larger than `maxFileBytes` is cut off and shows as one byte larger, so that the caller can say so of that file.
 * Throws `unsupported_media`, `payload_too_large`, `invalid_input`; an upload cut off half-way is `invalid_input` too. */
export async function readForm(
  request: FastifyRequest,
  folder: string,
  { maxFileBytes }: { maxFileBytes?: number } = {},
): Promise<Form> {
  if (!request.isMultipart()) throw new ChanceryError('unsupported_media', 'send the form as multipart/form-data');
  const fields = new Map<string, string>();
  const files = new Map<string, UploadedFile>();
  const paths: string[] = [];
  const dispose = async () => void (await Promise.all(paths.map((path) => rm(path, { force: true }))));
  try {
    await mkdir(folder, { recursive: true });
    const bounds =
      maxFileBytes === undefined ? undefined : { limits: { fileSize: maxFileBytes + 1 }, throwFileSizeLimit: false };
    for await (const part of request.parts(bounds)) {
      if (part.type === 'field') {
        if (part.valueTruncated)
          throw new ChanceryError('payload_too_large', `the field ${part.fieldname} is too long`);
        if (!fields.has(part.fieldname)) fields.set(part.fieldname, String(part.value));
        continue;
      }
      if (files.has(part.fieldname)) throw invalidInput(`the file ${part.fieldname} was sent twice`);
      const path = join(folder, randomUUID());
      paths.push(path);
      await pipeline(part.file, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
      if (part.file.truncated && maxFileBytes === undefined)
        throw new ChanceryError('payload_too_large', 'the file is too large');
      const { size } = await stat(path);
      files.set(part.fieldname, { filename: part.filename, size, open: () => readFrom(path) });
    }
    // All of it is here: from now on the silence is ours, and a long hand-in must not be cut off from its answer.
    request.raw.socket.setTimeout(0);
    return { fields, files, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    // What still arrives is thrown away, or the connection would hang until it times out.
    request.raw.unpipe();
    request.raw.resume();
    await dispose();
    if (error instanceof ChanceryError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC') throw new ChanceryError('not_ready', 'the disk is full', { cause: error });
    if (code?.startsWith('FST_')) throw error;
    throw invalidInput(`the form could not be read: ${message}`);
  }
}

const leftOverAfterMs = 60 * 60 * 1000;

/** At the start: removes the files of requests that died with their process. One under way, on a folder that is shared, is younger. */
export async function sweepUploads(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const touched = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - touched > leftOverAfterMs) await rm(path, { force: true });
  }
}

/** Opened with the first read and not before: a form that is refused unread holds no file open. */
async function* readFrom(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path);
}
