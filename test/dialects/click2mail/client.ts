/** A client of the Click2Mail door as bytes on sockets: it sends what existing programs send, and reads the answers as they do. */

import { SaxesParser } from 'saxes';
import { exchange, openRaw, type RawAnswer } from '../../support/raw-http.ts';
import type { TestAccount } from './account.ts';

export interface Client {
  call(line: string, headers?: Record<string, string>, body?: string | Uint8Array): Promise<RawAnswer>;
  /** Head first, with `Expect: 100-continue`; the body once the server has said something. Everything on one connection. */
  expecting(line: string, headers: Record<string, string>[], body: Uint8Array): Promise<RawAnswer[]>;
}

export function clientOf(port: number, account: Pick<TestAccount, 'authorization'>): Client {
  return {
    call: (line, headers = {}, body = '') =>
      exchange(port, message(line, { Authorization: account.authorization, ...headers }, body)),
    async expecting(line, attempts, body) {
      const connection = await openRaw(port);
      const answers: RawAnswer[] = [];
      for (const headers of attempts) {
        connection.send(headOf(line, { ...headers, Expect: '100-continue', 'Content-Length': String(body.length) }));
        // The server says 100 or refuses; a client that waits no longer than .NET's third of a second sends the body in any case.
        await new Promise((resolve) => setTimeout(resolve, 50));
        connection.send(body);
        answers.push(await connection.answer());
      }
      connection.socket.destroy();
      return answers;
    },
  };
}

function headOf(line: string, headers: Record<string, string>): string {
  const lines = Object.entries(headers).filter(([, value]) => value !== '');
  return [
    `${line} HTTP/1.1`,
    'Host: chancery.example',
    ...lines.map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');
}

function message(line: string, headers: Record<string, string>, body: string | Uint8Array): Buffer {
  const bytes = Buffer.from(body as string);
  return Buffer.concat([Buffer.from(headOf(line, { ...headers, 'Content-Length': String(bytes.length) })), bytes]);
}

export interface Element {
  name: string;
  text: string;
  children: Element[];
}

/** Throws where it is not well-formed. */
export function parseXml(body: Uint8Array): Element {
  const root: Element = { name: '', text: '', children: [] };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentagstart', ({ name }) => {
    const element: Element = { name, text: '', children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    const element = open.at(-1) as Element;
    element.text += text;
  });
  parser.on('closetag', () => void open.pop());
  parser.write(Buffer.from(body).toString('utf8')).close();
  return root.children[0] as Element;
}

export const childrenOf = (element: Element, name: string): Element[] =>
  element.children.filter((child) => child.name === name);

/** `//name`, in document order. */
export function anywhere(element: Element, name: string): string[] {
  const own = element.name === name ? [element.text] : [];
  return [...own, ...element.children.flatMap((child) => anywhere(child, name))];
}

export const textOf = (element: Element, name: string): string | undefined => childrenOf(element, name)[0]?.text;
