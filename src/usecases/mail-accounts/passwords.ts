/** Passwords at rest: scrypt with a salt of their own (RFC 7914; cost of OWASP's password storage cheat sheet: N=2^15, r=8, p=3). */

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { openTurnstile } from '../../domain/turnstile.ts';
import { ChanceryError } from '../../errors.ts';

/** Of scrypt: its memory is 128 N r bytes, its work N r p. */
export interface PasswordCost {
  N: number;
  r: number;
  p: number;
}

export interface Passwords {
  /** `scrypt$N$r$p$salt$key`, the latter two in base64url. */
  hash(password: string): Promise<string>;
  /** At the cost at which it was stored. Throws `not_ready` when too many passwords are waiting to be checked. */
  fits(password: string, stored: string): Promise<boolean>;
  /** Takes as long as a wrong password of an account that exists. */
  pretend(password: string): Promise<void>;
}

export const usualCost: PasswordCost = { N: 2 ** 15, r: 8, p: 3 };
/** Each takes 32 MB and about a fifth of a second of one of libuv's four threads, which files need too. */
const atOnce = 2;
const mostWaiting = 100;

export function openPasswords(cost = usualCost): Passwords {
  const turns = openTurnstile(atOnce, {
    mostWaiting,
    refuse: () => new ChanceryError('not_ready', 'too many passwords are being checked at the moment; try again'),
  });
  const derive = (password: string, salt: Buffer, { N, r, p }: PasswordCost) =>
    turns.pass(
      () =>
        new Promise<Buffer>((resolve, reject) =>
          // Composed and decomposed letters look the same to whoever types them.
          scrypt(password.normalize('NFC'), salt, 32, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
            error ? reject(error) : resolve(key),
          ),
        ),
    );
  return {
    async hash(password) {
      const salt = randomBytes(16);
      const key = await derive(password, salt, cost);
      return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$');
    },
    async fits(password, stored) {
      const [scheme, N, r, p, salt, key] = stored.split('$');
      if (scheme !== 'scrypt' || !salt || !key)
        throw new ChanceryError('internal', 'a stored password is of no known form');
      const wanted = Buffer.from(key, 'base64url');
      const found = await derive(password, Buffer.from(salt, 'base64url'), {
        N: Number(N),
        r: Number(r),
        p: Number(p),
      });
      return timingSafeEqual(found, wanted);
    },
    async pretend(password) {
      await derive(password, Buffer.alloc(16), cost);
    },
  };
}
