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
  /** Names as sent, e.g. `signatories[0][index]`; none comes twice, and none is a file's too. */
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
  if (hasNoBody(request)) return { fields: new Map(), files: new Map(), [Symbol.asyncDispose]: async () => {} };
  if (!request.isMultipart()) throw new ChanceryError('unsupported_media', 'send the form as multipart/form-data');
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new ChanceryError('unsupported_media', 'send the form as it is, without a content encoding');
  const fields = new Map<string, string>();
  const files = new Map<string, UploadedFile>();
  const paths: string[] = [];
  const dispose = async () => void (await Promise.all(paths.map((path) => rm(path, { force: true }))));
  try {
    await mkdir(folder, { recursive: true });
    const bounds =
      maxFileBytes === undefined ? undefined : { limits: { fileSize: maxFileBytes + 1 }, throwFileSizeLimit: false };
    for await (const part of request.parts(bounds)) {
      refuseName(part.fieldname, fields.has(part.fieldname) || files.has(part.fieldname));
      if (part.type === 'field') {
        if (part.valueTruncated)
          throw new ChanceryError('payload_too_large', `the field ${part.fieldname} is too long`);
        // A part that says it is JSON comes as what it means.
        fields.set(part.fieldname, typeof part.value === 'string' ? part.value : JSON.stringify(part.value));
        continue;
      }
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
    throw faultOf(error as NodeJS.ErrnoException);
  }
}

const longestName = 200;

/** Of two parts of one name nobody can say which was meant. */
function refuseName(name: string | undefined, isTaken: boolean): void {
  if (!name) throw invalidInput('a part of the form has no name');
  if (name.length > longestName) throw invalidInput(`the name of a field has more than ${longestName} characters`);
  if (isTaken)
    throw invalidInput('the form is ambiguous', [
      { path: name, code: 'invalid', params: { reason: 'it was sent twice' } },
    ]);
}

/** What the disk or a mistake of ours says of itself is not for the caller. */
function faultOf(error: NodeJS.ErrnoException): Error {
  if (error instanceof ChanceryError || error.code?.startsWith('FST_')) return error;
  const reason = malformed.find(([said]) => said.test(error.message))?.[1];
  return reason === undefined ? error : invalidInput(`the form could not be read: ${reason}`);
}

/** By what the parser says. */
const malformed: [said: RegExp, reason: string][] = [
  [/needle/, 'its boundary is empty or too long'],
  [/boundary not found/i, 'its content type names no boundary'],
  [/content[ -]type/i, 'its content type cannot be read'],
  [/end of multipart|terminated early|premature|aborted/i, 'it ends too early'],
];

/** Somebody tries what is required; it is the form that says so. */
function hasNoBody({ headers }: FastifyRequest): boolean {
  const isEmpty = (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined;
  return isEmpty && headers['content-type'] === undefined;
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
