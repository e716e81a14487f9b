/** One call as the document describes it, and what several calls have in common. */

import { z } from 'zod';
import type { ErrorStatus } from './pages.ts';
import { said } from './schemas.ts';

export interface Operation {
  method: 'get' | 'post';
  /** With `{name}` for what the address names. */
  path: string;
  operationId: string;
  tag: string;
  summary: string;
  permission: string;
  /** Properties are query parameters. */
  query?: z.ZodObject;
  /** By media type. Files are strings with `contentMediaType`. */
  body?: Record<string, z.ZodType>;
  success: { status: number; description: string; type?: string; schema?: z.ZodType };
  /** What is answered with 200 where nothing is to be stored. */
  rehearsal?: z.ZodType;
  /** Beside 401, 403, 429, 500 and 503, which every call may answer. */
  errors?: ErrorStatus[];
  /** Answers of its own shape, by number. */
  otherErrors?: Record<number, z.ZodType>;
}

/** A part of a form that is a file. */
export const file = (mediaType: string, description: string) =>
  z.string().meta({ contentMediaType: mediaType, description });

export const paging = {
  page: said(z.int().min(1).default(1), 'Page to show; values outside are clamped').optional(),
  per_page: said(z.int().min(1).max(100).default(15), 'Entries on a page; values outside are clamped').optional(),
};
export const sortOrder = z.enum(['asc', 'desc']).optional();
export const search = (over: string) => said(z.string(), `Part of ${over}`).optional();
export const sort = <const F extends readonly [string, ...string[]]>(fields: F) => z.enum(fields).optional();
