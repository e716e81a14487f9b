/** Mail accounts that tests log in with. */

import type { KeyMode } from '../../../src/domain/api-key.ts';
import { createMailAccount } from '../../../src/usecases/mail-accounts/create-mail-account.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import type { TestDoors } from '../../support/open-test-server.ts';

export interface TestAccount {
  id: string;
  username: string;
  password: string;
  /** Of the header. */
  authorization: string;
}

let made = 0;

export async function openAccount(
  { test }: TestDoors,
  { actor }: Tenant,
  { mode = 'live' as KeyMode, rateLimit = undefined as number | undefined } = {},
): Promise<TestAccount> {
  const username = `account-${process.pid}-${++made}`;
  const { row, password } = await createMailAccount(test.app, actor, { username, mode, rateLimit });
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return { id: row.id, username, password, authorization };
}
