/** A member with a browser without JavaScript: it keeps cookies, follows redirects and sends the forms that stand in a page; and the mail they read. */

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { readMail } from '../../src/deliver/email/read-mail.ts';
import type { TestApp } from './open-test-app.ts';
import { type OpenPage, readPage } from './signatory-browser.ts';

export interface WalletBrowser {
  open(path: string): Promise<OpenPage>;
  /** Sends the form whose action ends so, with what was typed. */
  submit(page: OpenPage, action: string, typed?: Record<string, string>): Promise<OpenPage>;
  /** By name. */
  cookies: Map<string, string>;
  /** Every Set-Cookie as it came. */
  received: string[];
}

export function walletBrowser(base: string, options: { language?: string } = {}): WalletBrowser {
  const cookies = new Map<string, string>();
  const received: string[] = [];
  const request = async (path: string, init: RequestInit): Promise<OpenPage> => {
    for (let hops = 0; hops < 5; hops++) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const headers = { ...init.headers, 'accept-language': options.language ?? 'en', ...(cookie && { cookie }) };
      const response = await fetch(`${base}${path}`, { ...init, headers, redirect: 'manual' });
      for (const line of response.headers.getSetCookie()) {
        received.push(line);
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) as unknown as [string, string, string];
        if (/max-age=0/i.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      const target = response.headers.get('location');
      if (response.status !== 303 || target === null) return readPage(base, response);
      path = target;
      init = {};
    }
    throw new Error(`${path} leads in circles`);
  };
  return {
    cookies,
    received,
    open: (path) => request(path, {}),
    submit(page, action, typed = {}) {
      const form = page.forms.find((one) => one.action.endsWith(action));
      assert.ok(form, `no form for ${action} in ${page.title}`);
      assert.equal(form.method, 'post');
      const body = new URLSearchParams({ ...form.fields, ...typed });
      // As browsers send it from a page that asks for no referrer.
      return request(form.action, {
        method: 'POST',
        body,
        headers: { origin: 'null', 'sec-fetch-site': 'same-origin' },
      });
    },
  };
}

export interface WalletMail {
  from: string;
  subject: string;
  text: string;
  /** Path of the link. */
  link: string;
}

/** The mails with links to wallets that an address got, oldest first; waits until there are `count`. */
export async function walletMails(belt: TestApp, email: string, count = 1): Promise<WalletMail[]> {
  for (const deadline = performance.now() + 30_000; ; await sleep(20)) {
    const rows = await belt.sql<{ raw: Buffer }>('select raw from caught_mail where recipient = $1 order by id', [
      email,
    ]);
    const mails = (await Promise.all(rows.map(({ raw }) => readMail(raw)))).flatMap(({ from, subject, text }) => {
      const link = /\/wallet\/open\/[\w-]+/.exec(text)?.[0];
      return link ? [{ from: String(from), subject, text, link }] : [];
    });
    if (mails.length >= count) return mails;
    if (performance.now() > deadline) throw new Error(`${email} has ${mails.length} such mails, not ${count}`);
  }
}
