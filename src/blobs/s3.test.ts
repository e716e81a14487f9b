/** Blobs in an S3 store: the contract over real HTTP, and what happens when the store fails. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as forward, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import { fails, testBlobs } from './blobs-contract.ts';
import { type BlobsConfig, openBlobs } from './index.ts';

type S3Config = Extract<BlobsConfig, { kind: 's3' }>;

const server = await startFauxqs({ port: 0, logger: false, init: { buckets: ['store'] } });
after(() => server.stop());

const config = (prefix: string): S3Config => ({
  kind: 's3',
  endpoint: `http://127.0.0.1:${server.port}`,
  region: 'us-east-1',
  bucket: 'store',
  prefix,
  accessKeyId: 'test',
  secretAccessKey: 'test',
  forcePathStyle: true,
});

const raw = new S3Client({
  endpoint: `http://127.0.0.1:${server.port}`,
  region: 'us-east-1',
  forcePathStyle: true,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
after(() => raw.destroy());

let stores = 0;
testBlobs('s3', () => openBlobs(config(`/tenant/${stores++}/`)));

test('s3: keys stand under the prefix', async () => {
  const blobs = await openBlobs(config('chancery/'));
  await blobs.put('packs/1', Buffer.from('x'));
  const listed = await raw.send(new ListObjectsV2Command({ Bucket: 'store', Prefix: 'chancery/' }));
  assert.deepEqual(
    listed.Contents?.map((object) => object.Key),
    ['chancery/packs/1'],
  );
  await blobs.close();
});

test('s3: a failed upload in parts is aborted, so that no parts are paid for', async () => {
  const seen: string[] = [];
  const recorder = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    const { method, url: path, headers } = request;
    const onward = forward({ host: '127.0.0.1', port: server.port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode as number, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(recorder, 'listening');
  const endpoint = `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`;
  const blobs = await openBlobs({ ...config('aborted'), endpoint });
  async function* broken() {
    for (let at = 0; at < 20; at++) yield Buffer.alloc(1024 * 1024);
    throw new Error('source lost');
  }
  await assert.rejects(blobs.put('large', broken()), /source lost/);
  await blobs.close();
  recorder.close();
  const upload = /uploadId=([^&]+)/.exec(seen.find((line) => line.startsWith('PUT')) ?? '')?.[1];
  assert.ok(upload, 'parts were sent');
  assert.ok(
    seen.some((line) => line.startsWith('DELETE') && line.includes(`uploadId=${upload}`)),
    seen.join('\n'),
  );
});

test('s3: a bucket that does not exist and a store that does not answer are named at once', async () => {
  await assert.rejects(openBlobs({ ...config(''), bucket: 'nowhere' }), fails('not_ready'));
  await assert.rejects(openBlobs({ ...config(''), endpoint: 'http://127.0.0.1:1' }), fails('not_ready'));
});

/** A store that answers every request as told, after the look at the bucket. */
async function storeThatSays(answer: (response: ServerResponse) => void) {
  const http = createServer((request, response) => {
    request.resume();
    if (request.method === 'HEAD') return response.end();
    answer(response);
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const blobs = await openBlobs({
    ...config(''),
    endpoint: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
  });
  return { blobs, close: () => Promise.all([blobs.close(), new Promise((resolve) => http.close(resolve))]) };
}

test('s3: refusals and errors of the store are upstream faults, worth a retry', async () => {
  for (const status of [403, 503]) {
    const { blobs, close } = await storeThatSays((response) => response.writeHead(status).end());
    await assert.rejects(blobs.put('a', Buffer.from('x')), fails('upstream_failed'));
    await assert.rejects(blobs.get('a'), fails('upstream_failed'));
    await assert.rejects(blobs.delete('a'), fails('upstream_failed'));
    await close();
  }
});

test('s3: an answer that is cut short, or ignores the range, is never taken for the object', async () => {
  const cut = await storeThatSays((response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('only this');
    setTimeout(() => response.destroy(), 20);
  });
  await assert.rejects(cut.blobs.get('a'), fails('upstream_failed'));
  await assert.rejects(async () => {
    for await (const _ of await cut.blobs.stream('a'));
  });
  await cut.close();
  const deaf = await storeThatSays((response) => response.writeHead(200, { 'content-length': '9' }).end('the whole'));
  await assert.rejects(deaf.blobs.get('a', { offset: 2, length: 3 }), fails('internal'));
  await deaf.close();
});
