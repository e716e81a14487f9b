/** Accounts and passwords seen lately: pollers cost neither a round trip nor scrypt, and a changed account is forgotten at once. */

import { createHmac, randomBytes } from 'node:crypto';
import { changedAccountsChannel, lookUpMailAccount, type MailAccountHolder } from '../../db/mail-accounts.ts';
import type { Database } from '../../db/open.ts';
import { openRecentLookups } from '../../db/recent-lookups.ts';
import type { Passwords } from './passwords.ts';

/** Milliseconds for which a checked password is known again. */
const rememberedFor = 300_000;
const limit = 10_000;
/** Longer ones belong to nobody. */
const longest = 500;

export interface Login {
  username: string;
  password: string;
}

export interface RecentAccounts {
  /** The account of that name and password; undefined for an unknown or disabled one and for a wrong password alike. */
  find(login: Login): Promise<MailAccountHolder | undefined>;
  /** Whether this process has checked this name and password and found them right; asks nobody. */
  wasValid(login: Login): boolean;
  /** Whether its use is to be written down: once a minute. */
  isUseDue(id: string): boolean;
  /** Every account is looked up again. */
  forget(): void;
}

interface Checked {
  accountId: string;
  /** Of the password that was checked: after a change it is another. */
  passwordHash: string;
  /** Of the process's clock. */
  until: number;
}

export function openRecentAccounts(db: Database, passwords: Passwords): RecentAccounts {
  // As they are written: which names are the same, the database decides.
  const holders = openRecentLookups(db, changedAccountsChannel, (username) => lookUpMailAccount(db, username));
  const checked = new Map<string, Checked>();
  const checking = new Map<string, Promise<boolean>>();
  const noted = new Map<string, number>();
  // Of this process alone: what lies in memory tells nobody a password.
  const secret = randomBytes(32);
  const digestOf = ({ username, password }: Login) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([username, password]))
      .digest('base64');

  /** Once for all who show the same at the same time. */
  const check = (digest: string, password: string, holder: MailAccountHolder) => {
    const known = checked.get(digest);
    if (known?.passwordHash === holder.passwordHash && known.accountId === holder.id && known.until > performance.now())
      return true;
    const name = `${digest} ${holder.passwordHash}`;
    const running = checking.get(name) ?? passwords.fits(password, holder.passwordHash);
    checking.set(name, running);
    return running
      .then((fits) => {
        const { id: accountId, passwordHash } = holder;
        if (fits) keep(checked, digest, { accountId, passwordHash, until: performance.now() + rememberedFor });
        return fits;
      })
      .finally(() => checking.delete(name));
  };

  return {
    async find(login) {
      if (isNobodys(login)) return undefined;
      const holder = await holders.find(login.username);
      if (!holder) {
        await passwords.pretend(login.password);
        return undefined;
      }
      return (await check(digestOf(login), login.password, holder)) ? holder : undefined;
    },
    wasValid(login) {
      return !isNobodys(login) && checked.has(digestOf(login));
    },
    isUseDue(id) {
      if ((noted.get(id) ?? Number.NEGATIVE_INFINITY) > performance.now() - 60_000) return false;
      keep(noted, id, performance.now());
      return true;
    },
    forget: holders.forget,
  };
}

/** The database would not even look at a zero byte. */
const isNobodys = ({ username, password }: Login) =>
  username.length > longest || password.length > longest || username.includes('\0');

function keep<T>(map: Map<string, T>, name: string, entry: T): void {
  map.delete(name);
  map.set(name, entry);
  if (map.size > limit) map.delete(map.keys().next().value as string);
}
