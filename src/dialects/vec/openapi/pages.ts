/** Laravel's envelopes as schemas: pages, single objects, errors. */

import { z } from 'zod';
import { integer, said, url } from './schemas.ts';

const link = z.object({ url: url.nullable(), label: z.string(), active: z.boolean() }).meta({ id: 'PageLink' });

const links = z.object({ first: url, last: url, prev: url.nullable(), next: url.nullable() }).meta({ id: 'PageLinks' });

const meta = z
  .object({
    current_page: z.int().min(1),
    from: z.int().min(1).nullable(),
    last_page: z.int().min(1),
    links: z.array(link),
    path: url,
    per_page: z.int().min(1).max(100),
    to: z.int().min(1).nullable(),
    total: integer,
  })
  .meta({ id: 'PageMeta' });

export const pageOf = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item), links, meta });
export const dataOf = <T extends z.ZodType>(item: T) => z.object({ data: item });

const message = said(z.string(), 'Error message');

/** By HTTP number; the same for every call. */
export const errors = {
  401: z.object({ message }).meta({ id: 'Unauthorized', examples: [{ message: 'Unauthorized - Invalid API token' }] }),
  403: z.object({ message, required_permission: z.string() }).meta({
    id: 'Forbidden',
    examples: [{ message: 'Forbidden - Insufficient permissions', required_permission: 'batches:view' }],
  }),
  404: z.object({ message, error: z.literal('resource_not_found') }).meta({ id: 'NotFound' }),
  409: z.object({ message }).meta({ id: 'Conflict' }),
  413: z.object({ message }).meta({ id: 'PayloadTooLarge' }),
  415: z.object({ message }).meta({ id: 'UnsupportedMediaType' }),
  422: z.object({ message, errors: z.record(z.string(), z.array(z.string()).min(1)) }).meta({
    id: 'ValidationError',
    examples: [
      {
        message: 'The name field is required. (and 1 more error)',
        errors: { name: ['The name field is required.'], csv_file: ['The csv file field is required.'] },
      },
    ],
  }),
  429: z.object({ message: z.literal('Too Many Attempts.') }).meta({ id: 'TooManyAttempts' }),
  500: z.object({ message, error_code: z.literal('SERVER_ERROR') }).meta({ id: 'ServerError' }),
  503: z.object({ message }).meta({ id: 'NotReady' }),
} as const;

export type ErrorStatus = keyof typeof errors;

/** What an address answers that has no such method, or is none at all. */
export const notRouted = z.object({ message });
