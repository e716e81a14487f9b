/** Pages of a list: `page` and `per_page`, and beside the entries how many there are. */

import type { Issue } from '../../domain/issue.ts';
import { invalidInput } from '../../errors.ts';

export interface Paging {
  page: number;
  perPage: number;
}

/** Entries on a page: unless the client says otherwise, and at most. */
export const pageSizes = { usual: 50, most: 500 } as const;

/** Throws `invalid_input` at `page` or `per_page` for what is no whole number from 1 on. A page larger than allowed is cut. */
export function readPaging({ page, per_page: perPage }: Record<string, unknown>): Paging {
  const issues: Issue[] = [];
  const read = (path: string, value: unknown, usual: number) => {
    if (value === undefined || value === '') return usual;
    if (typeof value === 'string' && /^[0-9]{1,9}$/.test(value) && Number(value) > 0) return Number(value);
    issues.push({ path, code: 'invalid', params: { reason: 'it is a whole number from 1 on' } });
    return usual;
  };
  const paging = {
    page: read('page', page, 1),
    perPage: Math.min(read('per_page', perPage, pageSizes.usual), pageSizes.most),
  };
  if (issues.length > 0) throw invalidInput('the page is not valid', issues);
  return paging;
}

export const rangeOf = ({ page, perPage }: Paging): { limit: number; offset: number } => ({
  limit: perPage,
  offset: (page - 1) * perPage,
});

export const paginationWire = ({ page, perPage }: Paging, total: number) => ({
  page,
  per_page: perPage,
  total,
  total_pages: Math.ceil(total / perPage),
});
