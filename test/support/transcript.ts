/**
 * Plays transcripts: files with the bytes a client sends and the answer it must get. `%% sent: ...` opens an exchange, `%% answered` its
 * answer. Lines end in CRLF on the wire. `{{length}}` is the length of the body; other placeholders are variables (Latin-1, so that one may
 * hold a file byte for byte), or kinds in the answer (`{{uuid}}`, `{{timestamp}}`, ...); `{{batch_id:uuid}}` also keeps what it matched.
 * Only the headers written down are compared; a JSON body may be written in many lines, but keys, order and values are compared to the byte.
 */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { exchange, type RawAnswer } from './raw-http.ts';

const kinds: Record<string, string> = {
  uuid: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
  timestamp: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.000000Z',
  second: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ',
  eastern: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d-0[45]:00',
  did: 'did:[\\w:.%-]+',
  midnight: '\\d{4}-\\d\\d-\\d\\dT00:00:00\\.000000Z',
  reference: 'VEC-IC-\\d{4}[0-9A-F]{13}',
  unix: '\\d{10}',
  number: '\\d+',
  bytes: '[\\s\\S]+',
  picture: '[0-9a-f]{64}_\\d{10}\\.png',
  hash: '[0-9a-f]{64}',
};

export interface Exchange {
  title: string;
  sent: string;
  expected: string;
}

/** Plays every exchange of a transcript in order; what it keeps goes into `variables`. */
export async function playTranscript(file: URL, port: number, variables: Record<string, string>): Promise<RawAnswer[]> {
  const answers: RawAnswer[] = [];
  for (const { title, sent, expected } of readTranscript(await readFile(file, 'utf8'))) {
    const answer = await exchange(port, requestBytes(sent, variables));
    compare(title, answer, expected, variables);
    answers.push(answer);
  }
  assert.ok(answers.length > 0, 'the transcript has no exchange');
  return answers;
}

export function readTranscript(text: string): Exchange[] {
  return text
    .split(/^%% sent: /m)
    .slice(1)
    .map((part) => {
      const [title = '', ...rest] = part.split('\n');
      const [sent = '', expected = ''] = rest.join('\n').split(/^%% answered\n/m);
      return { title, sent: sent.trimEnd(), expected: expected.trimEnd() };
    });
}

function requestBytes(sent: string, variables: Record<string, string>): Buffer {
  const split = sent.indexOf('\n\n');
  const [head, text] = split < 0 ? [sent, ''] : [sent.slice(0, split), `${sent.slice(split + 2)}\n`];
  const body = fill(text, variables);
  return Buffer.concat([fill(`${head}\n\n`, { ...variables, length: String(body.length) }), body]);
}

/** What a variable holds keeps its line ends. */
function fill(text: string, variables: Record<string, string>): Buffer {
  const parts = text.split(/\{\{(\w+)\}\}/).map((part, at) => {
    if (at % 2 === 0) return Buffer.from(part.replaceAll('\n', '\r\n'));
    return Buffer.from(variables[part] ?? assert.fail(`what is {{${part}}}?`), 'latin1');
  });
  return Buffer.concat(parts);
}

function compare(title: string, answer: RawAnswer, expected: string, variables: Record<string, string>): void {
  const split = expected.indexOf('\n\n');
  const [statusLine = '', ...headers] = (split < 0 ? expected : expected.slice(0, split)).split('\n');
  const body = split < 0 ? '' : expected.slice(split + 2);
  const isJson = answer.headers['content-type']?.includes('json') === true;
  const isXml = /^(application|text)\/xml\b/.test(answer.headers['content-type'] ?? '');
  const got = answer.body.toString(isJson || isXml ? 'utf8' : 'latin1');
  assert.equal(answer.statusLine, statusLine, `${title}: ${got.slice(0, 1_000)}`);
  for (const header of headers) {
    const [name = '', value = ''] = header.split(/: (.*)/);
    match(`${title}, header ${name}`, answer.headers[name] ?? '', value, variables);
  }
  match(`${title}, body`, got, isJson ? compact(body) : body, variables);
}

function match(title: string, got: string, expected: string, variables: Record<string, string>): void {
  const kept: string[] = [];
  // A number stands in quotes in the transcript, so that the body is JSON there too.
  const parts = expected.replace(/"(\{\{\w*:?\w*number\}\})"/g, '$1').split(/\{\{((?:\w+:)?\w+)\}\}/);
  const pattern = parts.map((part, at) => {
    if (at % 2 === 0) return RegExp.escape(part);
    const [, name, kind = ''] = /^(?:(\w+):)?(\w+)$/.exec(part) ?? [];
    if (name) kept.push(name);
    const source = kinds[kind] ?? RegExp.escape(variables[kind] ?? assert.fail(`${title}: what is {{${kind}}}?`));
    return name ? `(${source})` : source;
  });
  const found = new RegExp(`^${pattern.join('')}$`).exec(got);
  if (!found) assert.equal(got, expected, title);
  kept.forEach((name, at) => {
    variables[name] = found?.[at + 1] as string;
  });
}

/** JSON in many lines becomes one; a body with gaps in it is no JSON and stays as it is. */
function compact(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body));
  } catch {
    return body;
  }
}
