/** A body of XML, taken in whatever its client calls it. */

import { join } from 'node:path';
import type { FastifyRequest } from 'fastify';
import type { App } from '../../../app.ts';
import { invalidInput } from '../../../errors.ts';
import { type ReceivedBody, receiveBody } from '../../../http/receive-body.ts';

export interface XmlBody extends ReceivedBody {
  charset?: string;
}

/** Throws as `receiveBody`, and `invalid_input` for an empty one. */
export async function receiveXml(app: App, request: FastifyRequest, maxBytes: number): Promise<XmlBody> {
  const received = await receiveBody(request, join(app.config.dataDirectory, 'uploads'), maxBytes);
  if (received.size === 0) {
    await received[Symbol.asyncDispose]();
    throw invalidInput('Invalid input data: the body is empty; send the addresses as XML');
  }
  const charset = /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
  return { ...received, charset };
}
