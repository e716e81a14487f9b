/** Blobs as objects of an S3-compatible store: one PUT, or a multipart upload that is completed or aborted, so that no half object is ever visible. */

import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { ChanceryError } from '../errors.ts';
import type { Blobs, BlobsConfig, Range, StoredBlob } from './index.ts';
import { checkKey, checkRange, noSuchBlob, tooShort } from './key.ts';

type S3Config = Extract<BlobsConfig, { kind: 's3' }>;

interface Place {
  client: S3Client;
  /** Bucket and full key, as every command wants them. */
  object: { Bucket: string; Key: string };
}

/** S3 wants at least 5 MiB in every part but the last, and takes 10,000 of them: 78 GiB at most. */
const partBytes = 8 * 1024 * 1024;

/** @throws ChanceryError not_ready if the bucket does not exist or does not answer */
export async function openS3(config: S3Config): Promise<Blobs> {
  const client = openClient(config);
  await checkBucket(client, config.bucket);
  const prefix = config.prefix.replace(/^\/+|\/+$/g, '');
  const place = (key: string): Place => {
    checkKey(key);
    return { client, object: { Bucket: config.bucket, Key: prefix === '' ? key : `${prefix}/${key}` } };
  };
  return {
    put: async (key, data) =>
      data instanceof Uint8Array ? await putWhole(place(key), data) : await putPieces(place(key), data),
    get: (key, range) => getObject(place(key), key, range),
    stream: async (key, range) => {
      const { Body } = await openObject(place(key), key, range);
      return Body === undefined ? Readable.from([]) : (Body as Readable);
    },
    exists: async (key) => {
      const { object } = place(key);
      const found = await client.send(new HeadObjectCommand(object)).catch(orIfMissing(undefined));
      return found !== undefined;
    },
    delete: async (key) => {
      await client.send(new DeleteObjectCommand(place(key).object)).catch(orIfMissing(undefined));
    },
    list: () => listObjects(client, config.bucket, prefix === '' ? '' : `${prefix}/`),
    close: async () => client.destroy(),
  };
}

function openClient(config: S3Config): S3Client {
  const { endpoint, region, forcePathStyle, accessKeyId, secretAccessKey } = config;
  return new S3Client({
    region,
    forcePathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
    // Stores other than AWS refuse or, worse, store the framing of the SDK's default checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 30_000 },
  });
}

/** A key may be allowed its objects and not its bucket, so a refusal (403) is no answer to whether the bucket is there. */
async function checkBucket(client: S3Client, bucket: string): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (cause) {
    if (statusOf(cause) === 403) return;
    client.destroy();
    const reason = statusOf(cause) === 404 ? 'does not exist' : 'does not answer';
    throw new ChanceryError('not_ready', `the bucket ${reason}`, { details: { bucket }, cause });
  }
}

async function putWhole({ client, object }: Place, data: Uint8Array): Promise<number> {
  await client.send(new PutObjectCommand({ ...object, Body: data, ContentLength: data.length })).catch(asUpstreamFault);
  return data.length;
}

async function putPieces(place: Place, data: AsyncIterable<Uint8Array>): Promise<number> {
  const { client, object } = place;
  let upload: string | undefined;
  const done: CompletedPart[] = [];
  let bytes = 0;
  try {
    for await (const { part, last } of inParts(data)) {
      if (last && upload === undefined) return await putWhole(place, part);
      upload ??= (await client.send(new CreateMultipartUploadCommand(object)).catch(asUpstreamFault))
        .UploadId as string;
      const number = { PartNumber: done.length + 1 };
      const send = new UploadPartCommand({
        ...object,
        UploadId: upload,
        ...number,
        Body: part,
        ContentLength: part.length,
      });
      const { ETag } = await client.send(send).catch(asUpstreamFault);
      done.push({ ETag, ...number });
      bytes += part.length;
    }
    const complete = { ...object, UploadId: upload, MultipartUpload: { Parts: done } };
    await client.send(new CompleteMultipartUploadCommand(complete)).catch(asUpstreamFault);
    return bytes;
  } catch (error) {
    if (upload !== undefined) {
      // Best effort: the store's own lifecycle rule removes what an outage keeps us from aborting.
      await client.send(new AbortMultipartUploadCommand({ ...object, UploadId: upload })).catch(() => {});
    }
    throw error;
  }
}

/** Parts of exactly 8 MiB and a last one of what is left, which may be empty only if everything is. */
async function* inParts(data: AsyncIterable<Uint8Array>): AsyncGenerator<{ part: Buffer; last: boolean }> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const piece of data) {
    for (let at = 0; at < piece.length; ) {
      if (size === partBytes) {
        yield { part: Buffer.concat(waiting, size), last: false };
        waiting = [];
        size = 0;
      }
      const taken = piece.subarray(at, at + partBytes - size);
      waiting.push(taken);
      size += taken.length;
      at += taken.length;
    }
  }
  yield { part: Buffer.concat(waiting, size), last: true };
}

async function getObject(place: Place, key: string, range: Range | undefined): Promise<Buffer> {
  const { Body, ContentLength } = await openObject(place, key, range);
  const bytes = Buffer.from((await Body?.transformToByteArray().catch(asUpstreamFault)) ?? []);
  if (bytes.length !== (range?.length ?? ContentLength ?? bytes.length)) throw tooShort(key, range);
  return bytes;
}

async function openObject(place: Place, key: string, range: Range | undefined): Promise<GetObjectCommandOutput> {
  checkRange(key, range);
  if (range?.length === 0) return await openNothing(place, key, range);
  const asked = range === undefined ? {} : { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` };
  const found = await place.client.send(new GetObjectCommand({ ...place.object, ...asked })).catch((error: unknown) => {
    if (statusOf(error) === 404) throw noSuchBlob(key);
    if (statusOf(error) === 416) throw tooShort(key, range, error);
    return asUpstreamFault(error);
  });
  if (range !== undefined && found.ContentLength !== range.length) {
    (found.Body as Readable).destroy();
    throw tooShort(key, range);
  }
  return found;
}

/** HTTP has no range without bytes, so only existence and size are asked for. */
async function openNothing({ client, object }: Place, key: string, range: Range): Promise<GetObjectCommandOutput> {
  const found = await client.send(new HeadObjectCommand(object)).catch(orIfMissing(undefined));
  if (found === undefined) throw noSuchBlob(key);
  if ((found.ContentLength ?? 0) < range.offset) throw tooShort(key, range);
  return { $metadata: found.$metadata, ContentLength: 0 };
}

async function* listObjects(client: S3Client, Bucket: string, Prefix: string): AsyncGenerator<StoredBlob> {
  for (let ContinuationToken: string | undefined; ; ) {
    const page = await client
      .send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }))
      .catch(asUpstreamFault);
    for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? [])
      yield { key: Key.slice(Prefix.length), bytes: Size, modifiedAt: LastModified };
    ContinuationToken = page.NextContinuationToken;
    if (!ContinuationToken) return;
  }
}

function orIfMissing<T>(answer: T): (error: unknown) => T {
  return (error) => (statusOf(error) === 404 ? answer : asUpstreamFault(error));
}

function asUpstreamFault(error: unknown): never {
  if (error instanceof ChanceryError) throw error;
  throw new ChanceryError('upstream_failed', 'the object store did not do what was asked', {
    details: { status: statusOf(error) ?? null },
    cause: error,
  });
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}
