/** Bodies of errors as schemas, by HTTP number; each says the same under the two keys clients look for. */

import { z } from 'zod';
import { integer } from './schemas.ts';

const text = { error: z.string(), detail: z.string() };
const plain = (id: string) => z.object(text).meta({ id });

export const errors = {
  400: plain('MalformedBody'),
  401: plain('Unauthorized'),
  402: z.object({ ...text, needed: integer, available: integer }).meta({ id: 'InsufficientCredits' }),
  403: z.object({ ...text, required_permission: z.string().optional() }).meta({ id: 'Forbidden' }),
  404: plain('NotFound'),
  409: plain('Conflict'),
  413: plain('PayloadTooLarge'),
  415: plain('UnsupportedMediaType'),
  422: plain('ValidationError'),
  429: plain('TooManyRequests'),
  500: plain('ServerError'),
  503: plain('NotReady'),
} as const;

export const reasons: Record<keyof typeof errors, string> = {
  400: 'The body is not JSON',
  401: 'The API key is missing or not valid',
  402: 'The organization has not enough credits',
  403: 'The API key lacks the permission',
  404: 'No such thing, or it is somebody else’s',
  409: 'It cannot be done in this state, or a request with the same Idempotency-Key is under way',
  413: 'The request or a part of it is too large',
  415: 'The body is not of type application/json',
  422: 'The request says something that cannot be',
  429: 'Rate limit exceeded',
  500: 'Server error',
  503: 'Try again after `Retry-After` seconds',
};
