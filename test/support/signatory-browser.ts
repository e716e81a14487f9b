/** A signatory's browser without JavaScript: it opens addresses, keeps to what the HTML offers, and sends the forms that stand in it. */

import assert from 'node:assert/strict';
import { SaxesParser } from 'saxes';

export interface FormInPage {
  action: string;
  method: string;
  /** Name -> value as it stands; a box that is not ticked is missing. */
  fields: Record<string, string>;
  /** Names of boxes that must be ticked. */
  boxes: string[];
}

export interface OpenPage {
  status: number;
  headers: Headers;
  /** Where the browser is after redirects, as path. */
  path: string;
  html: string;
  title: string;
  language: string;
  links: string[];
  images: string[];
  forms: FormInPage[];
  /** All text, blanks in one. */
  text: string;
}

interface Options {
  language?: string;
  headers?: Record<string, string>;
}

/** Follows redirects as a browser does. Fails where the page is no well-formed XML. */
export async function open(base: string, path: string, options: Options = {}): Promise<OpenPage> {
  return readPage(base, await fetch(`${base}${path}`, { headers: headersOf(options) }));
}

/** Sends the form whose action ends so, with what the person typed. */
export async function submit(
  base: string,
  page: OpenPage,
  action: string,
  typed: Record<string, string> = {},
  options: Options = {},
): Promise<OpenPage> {
  const form = page.forms.find((one) => one.action.endsWith(action));
  assert.ok(form, `no form for ${action} in ${page.title}`);
  assert.equal(form.method, 'post');
  const body = new URLSearchParams({ ...form.fields, ...typed });
  // As browsers send it from a page that asks for no referrer.
  const sent = { ...headersOf(options), origin: 'null', 'sec-fetch-site': 'same-origin' };
  return readPage(base, await fetch(`${base}${form.action}`, { method: 'POST', body, headers: sent }));
}

function headersOf({ language = 'en', headers }: Options): Record<string, string> {
  return { 'accept-language': language, ...headers };
}

/** The page an answer holds. Fails where it is no well-formed XML. */
export async function readPage(base: string, response: Response): Promise<OpenPage> {
  const html = await response.text();
  const page = { status: response.status, headers: response.headers, path: response.url.slice(base.length), html };
  return { ...page, ...parse(html) };
}

function parse(html: string) {
  const found = { title: '', language: '', links: [] as string[], images: [] as string[], text: '' };
  const forms: FormInPage[] = [];
  const open: string[] = [];
  let area: string | undefined;
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const { href, src, type, value = '', ...rest } = attributes as Record<string, string>;
    open.push(name);
    assert.ok(!['script', 'style', 'iframe'].includes(name), `<${name}> in the page`);
    for (const attribute of Object.keys(attributes)) assert.doesNotMatch(attribute, /^on|^style$/);
    if (name === 'html') found.language = rest.lang ?? '';
    if (name === 'a' && href !== undefined) found.links.push(href);
    if (name === 'img' && src !== undefined) found.images.push(src);
    if (name === 'form') forms.push({ action: rest.action ?? '', method: rest.method ?? 'get', fields: {}, boxes: [] });
    const form = forms.at(-1);
    if (!form || rest.name === undefined) return;
    if (type === 'checkbox') form.boxes.push(rest.name);
    else if (name === 'input') form.fields[rest.name] = value;
    if (name === 'textarea') {
      area = rest.name;
      form.fields[area] = '';
    }
  });
  parser.on('text', (text) => {
    if (open.at(-1) === 'title') found.title += text;
    const form = forms.at(-1);
    // A browser drops the line break after the tag.
    if (open.at(-1) === 'textarea' && form && area) form.fields[area] = text.replace(/^\n/, '');
    found.text += ` ${text}`;
  });
  parser.on('closetag', () => open.pop());
  parser.write(html).close();
  return { ...found, forms, text: found.text.replace(/\s+/g, ' ') };
}
