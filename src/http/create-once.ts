/** The Idempotency-Key of a creating call: what a route says instead of sending its answer itself. */

import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { ChanceryError, invalidInput } from '../errors.ts';
import { answerOnce, type Creation } from '../usecases/idempotency/answer-once.ts';
import type { Form } from './read-form.ts';
import type { ReceivedBody } from './receive-body.ts';

export interface CreatingCall<R> extends Creation<R> {
  /** Default: 201. */
  status?: number;
  /** What was sent, where it is a form or a body that the route reads itself; else the JSON body counts. */
  form?: Form;
  received?: ReceivedBody;
}

/** Creates and answers; the same request with the same key creates nothing and gets the same answer, marked as a replay. */
export async function createOnce<R>(
  app: App,
  request: FastifyRequest,
  reply: FastifyReply,
  call: CreatingCall<R>,
): Promise<FastifyReply> {
  reply.code(call.status ?? 201);
  const key = readKey(request);
  if (key === undefined) return reply.send(await call.answer(await call.create(request.actor)));
  const fingerprint = await fingerprintOf(request, call);
  const { body, replayed } = await answerOnce(app, request.actor, { key, fingerprint }, call).catch(
    (error: unknown) => {
      if (error instanceof ChanceryError && error.details.underWay) reply.header('retry-after', '1');
      throw error;
    },
  );
  if (replayed) reply.header('idempotency-replayed', 'true');
  return reply.type('application/json; charset=utf-8').send(body);
}

/** One to 255 visible ASCII characters, whatever they mean to the client. */
function readKey({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const params = {
    reason: 'it has 1 to 255 visible ASCII characters',
    sentence: 'The Idempotency-Key must have 1 to 255 visible ASCII characters.',
  };
  throw invalidInput('the Idempotency-Key is not valid', [{ path: 'idempotency_key', code: 'invalid', params }]);
}

/** Of what the request means: the boundaries of a form differ whenever it is sent. */
async function fingerprintOf(
  request: FastifyRequest,
  { form, received }: Pick<CreatingCall<unknown>, 'form' | 'received'>,
): Promise<Buffer> {
  const hash = createHash('sha256').update(JSON.stringify([request.method, request.url]));
  if (received) {
    for await (const bytes of received.open()) hash.update(bytes);
    return hash.digest();
  }
  if (!form) return hash.update(JSON.stringify(request.body ?? null)).digest();
  const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);
  hash.update(JSON.stringify([...form.fields].sort(byName)));
  for (const [name, file] of [...form.files].sort(byName)) {
    const content = createHash('sha256');
    for await (const bytes of file.open()) content.update(bytes);
    hash.update(JSON.stringify([name, content.digest('hex')]));
  }
  return hash.digest();
}
