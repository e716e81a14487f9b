/** Laravel's length-aware pages: the envelope, the window of page links, the query kept in every link. */

export interface Paging {
  page: number;
  perPage: number;
}

/** Clamped rather than refused: no client breaks over it. */
export function readPaging(query: Record<string, unknown>): Paging {
  const number = (value: unknown, fallback: number, high: number) => {
    const parsed = Number.parseInt(String(value ?? ''), 10);
    return Number.isFinite(parsed) ? Math.min(Math.max(parsed, 1), high) : fallback;
  };
  return { page: number(query.page, 1, 1_000_000), perPage: number(query.per_page, 15, 100) };
}

/** `path` is the list's absolute address without query. */
export function pageWire<T>(
  data: T[],
  total: number,
  { page, perPage }: Paging,
  path: string,
  query: Record<string, unknown>,
) {
  const last = Math.max(1, Math.ceil(total / perPage));
  const url = (number: number) => {
    const kept = Object.entries(query).flatMap(([name, value]): string[][] =>
      name === 'page' ? [] : [value].flat().map((one) => [name, String(one)]),
    );
    const pairs = [...kept, ['page', String(number)]].map((pair) => pair.map(urlEncode).join('='));
    return `${path}?${pairs.join('&')}`;
  };
  // Beyond the last page as well: Laravel leads back one page, wherever that is.
  const previous = page > 1 ? url(page - 1) : null;
  const next = page < last ? url(page + 1) : null;
  const pages = pageWindow(page, last).map((label) => ({
    url: label === '...' ? null : url(Number(label)),
    label,
    active: label === String(page),
  }));
  const first = (page - 1) * perPage + 1;
  return {
    data,
    links: { first: url(1), last: url(last), prev: previous, next },
    meta: {
      current_page: page,
      from: data.length > 0 ? first : null,
      last_page: last,
      links: [
        { url: previous, label: '&laquo; Previous', active: false },
        ...pages,
        { url: next, label: 'Next &raquo;', active: false },
      ],
      path,
      per_page: perPage,
      to: data.length > 0 ? first + data.length - 1 : null,
      total,
    },
  };
}

/** As PHP's rawurlencode, which Laravel uses: a blank is `%20`, and only `-_.~` stay as they are. */
const urlEncode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** Three links on each side; below 14 pages all of them. */
function pageWindow(current: number, last: number): string[] {
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => String(from + at));
  if (last < 14) return range(1, last);
  if (current <= 7) return [...range(1, 10), '...', ...range(last - 1, last)];
  if (current > last - 7) return [...range(1, 2), '...', ...range(last - 9, last)];
  return [...range(1, 2), '...', ...range(current - 3, current + 3), '...', ...range(last - 1, last)];
}
