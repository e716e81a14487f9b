/** Passwords at rest: scrypt with a salt of their own (RFC 7914; cost of OWASP's password storage cheat sheet: N=2^15, r=8, p=3). */

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { ChanceryError } from '../../errors.ts';

const current = { N: 2 ** 15, r: 8, p: 3 };
/** Each takes 32 MB and about a fifth of a second of one of libuv's four threads, which files need too. */
const atOnce = 2;
const mostWaiting = 100;

let running = 0;
const waiting: (() => void)[] = [];

/** `scrypt$N$r$p$salt$key`, the latter two in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, current);
  const { N, r, p } = current;
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Throws `not_ready` when too many passwords are waiting to be checked. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, N, r, p, salt, key] = stored.split('$');
  if (scheme !== 'scrypt' || !salt || !key)
    throw new ChanceryError('internal', 'a stored password is of no known form');
  const wanted = Buffer.from(key, 'base64url');
  const found = await derive(password, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) });
  return timingSafeEqual(found, wanted);
}

/** Takes as long as a wrong password of an account that exists. */
export async function pretendToCheck(password: string): Promise<void> {
  await derive(password, Buffer.alloc(16), current);
}

async function derive(password: string, salt: Buffer, cost: typeof current): Promise<Buffer> {
  await turn();
  try {
    // Composed and decomposed letters look the same to whoever types them.
    return await new Promise<Buffer>((resolve, reject) =>
      scrypt(password.normalize('NFC'), salt, 32, { ...cost, maxmem: 256 * cost.N * cost.r }, (error, key) =>
        error ? reject(error) : resolve(key),
      ),
    );
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

async function turn(): Promise<void> {
  if (running < atOnce) {
    running++;
    return;
  }
  if (waiting.length >= mostWaiting)
    throw new ChanceryError('not_ready', 'too many passwords are being checked at the moment; try again');
  await new Promise<void>((resolve) => waiting.push(resolve));
}
