/** Calls of the Internet Printing Protocol over HTTP (RFC 8010, 4): one printer, one request a connection, errors that say whether anything was sent. */

import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { decodeAnswer } from './ipp-answer.ts';
import { encodeRequest, type IppAnswer, type IppAttribute, type IppRequest } from './ipp-message.ts';

export interface IppClient {
  /** As the printer is called on the wire, without a password. */
  readonly uri: string;
  call(operation: IppRequest['operation'], options?: CallOptions): Promise<IppAnswer>;
}

export interface CallOptions {
  /** Behind charset, language and the printer's address. */
  attributes?: readonly IppAttribute[];
  job?: readonly IppAttribute[];
  /** Behind the message. */
  document?: { bytes: number; data: AsyncIterable<Uint8Array> };
}

/** Milliseconds without a byte: a printer that prints while it reads lets the sender wait. */
const patience = { answer: 30_000, document: 600_000 };
const largestAnswer = 4_000_000;

/** `url`: ipp or ipps, user and password as usual; `?rejectUnauthorized=false` takes a printer's own certificate. */
export function openIppClient(url: string): IppClient {
  const { protocol, hostname, port, pathname, searchParams, username, password } = new URL(url);
  const uri = `${protocol}//${hostname}${port ? `:${port}` : ''}${pathname || '/'}`;
  const send = protocol === 'ipps:' ? secureRequest : plainRequest;
  const authorization =
    username &&
    `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
  let calls = 0;
  return {
    uri,
    async call(operation, { attributes = [], job, document } = {}) {
      const head: IppAttribute[] = [
        { name: 'attributes-charset', tag: 'charset', values: ['utf-8'] },
        { name: 'attributes-natural-language', tag: 'language', values: ['en'] },
        { name: 'printer-uri', tag: 'uri', values: [uri] },
      ];
      calls = (calls % 1_000_000_000) + 1;
      const requestId = calls;
      const message = encodeRequest({ operation, requestId, attributes: [...head, ...attributes], job });
      const outgoing = send({
        hostname: hostname.replace(/^\[|\]$/g, ''),
        port: port || 631,
        path: pathname || '/',
        method: 'POST',
        agent: false,
        rejectUnauthorized: searchParams.get('rejectUnauthorized') !== 'false',
        timeout: document ? patience.document : patience.answer,
        headers: {
          'content-type': 'application/ipp',
          'content-length': message.length + (document?.bytes ?? 0),
          ...(authorization && { authorization }),
        },
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
      const answered = answerOf(outgoing);
      answered.catch(() => undefined);
      try {
        await pipeline(bodyOf(message, document), outgoing);
      } catch (error) {
        // A printer that refuses may answer and close before it has read everything.
        return await Promise.race([answered, rejectSoon(error)]);
      }
      const answer = await answered;
      if (answer.requestId !== requestId) throw new Error('the printer answered another request');
      return answer;
    },
  };
}

async function* bodyOf(message: Buffer, document: CallOptions['document']): AsyncGenerator<Uint8Array> {
  yield message;
  if (document) yield* document.data;
}

function rejectSoon(error: unknown): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(error), 200));
}

function answerOf(outgoing: ReturnType<typeof plainRequest>): Promise<IppAnswer> {
  return new Promise((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (response) => readAnswer(response).then(resolve, reject));
  });
}

async function readAnswer(response: IncomingMessage): Promise<IppAnswer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > largestAnswer) throw new Error('the answer is too large');
    pieces.push(piece);
  }
  if (response.statusCode !== 200) throw new Error(`the printer answered HTTP ${response.statusCode}`);
  return decodeAnswer(Buffer.concat(pieces));
}
