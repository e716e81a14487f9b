/** The cookie that holds a member's session: for the wallet's pages only, out of reach of scripts and of other sites' forms. */

import type { IncomingHttpHeaders } from 'node:http';
import type { App } from '../app.ts';
import { sessionHours } from '../usecases/wallet/open-wallet.ts';
import { walletPath } from './wallet-ask-page.ts';

const name = 'chancery_wallet';
const pattern = new RegExp(`(?:^|;)\\s*${name}=([A-Za-z0-9_-]{64})\\s*(?=;|$)`);

/** The session's token as the browser sent it; undefined where it sent none that could be one. */
export const cookieOf = ({ cookie }: IncomingHttpHeaders): string | undefined => pattern.exec(cookie ?? '')?.[1];

export const sessionCookie = (app: App, token: string) => written(app, token, sessionHours * 3_600);
export const noCookie = (app: App) => written(app, '', 0);

function written({ publicUrl }: App, value: string, seconds: number): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${name}=${value}; Path=${walletPath}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}
