/** What several calls of the VEC door have in common. */

import { z } from 'zod';
import { said } from './schemas.ts';

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
