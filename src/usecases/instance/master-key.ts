/** The master key: read where its operator keeps it, and used only while it opens what was sealed last; nothing is ever sealed or opened with another. */

import { randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { App } from '../../app.ts';
import { decryptKey } from '../../credential/keys.ts';
import { newestSigningKey, type SigningKeyRow } from '../../db/signing-keys.ts';
import { ChanceryError } from '../../errors.ts';

export interface MasterKey {
  /** Throws `not_ready` while there is none that may be used. */
  use(): Buffer;
  /** Reads it again and tries it; while none can be used, the instance is halted, and it goes on by itself when the right one is back. */
  look(): Promise<void>;
  /** Uses the one that is there, though what was sealed before cannot be opened with it. Throws `not_ready` where none is. */
  adopt(): Promise<void>;
}

type Parts = Pick<App, 'db' | 'config' | 'instance' | 'log'>;

export async function openMasterKey({ db, config, instance, log }: Parts): Promise<MasterKey> {
  const path = join(config.dataDirectory, 'master.key');
  const place = config.CHANCERY_MASTER_KEY ? 'CHANCERY_MASTER_KEY' : 'master.key';
  let key: Buffer | undefined;
  let warned: string | undefined;
  const read = async (mayMake: boolean) => {
    if (config.CHANCERY_MASTER_KEY) return Buffer.from(config.CHANCERY_MASTER_KEY, 'base64');
    if (mayMake) await makeMasterKey(path);
    return readKeyFile(path);
  };
  const warn = (text: string | undefined) => {
    if (text !== undefined && text !== warned) log.error({ masterKey: place }, text);
    if (text === undefined && warned !== undefined) log.warn({ masterKey: place }, 'the master key is back');
    warned = text;
  };
  const look = async () => {
    const newest = await db.owner(newestSigningKey);
    const found = await read(newest === undefined);
    const fault = faultOf(found, newest);
    if (fault === undefined) key = found as Buffer;
    else if (key && faultOf(key, newest) !== undefined) key = undefined;
    instance.withhold(key ? undefined : `${place} ${fault}: put back the one this installation was begun with`);
    warn(
      key && fault && `${place} ${fault}; this process goes on with the one it has: put it back before the next start`,
    );
  };
  await look();
  return {
    use() {
      if (key) return key;
      throw new ChanceryError(
        'not_ready',
        'the master key is not there; nothing is signed before its operator puts it back',
      );
    },
    look,
    async adopt() {
      const found = await read(true);
      if (typeof found === 'string') throw new ChanceryError('not_ready', `${place} ${found}`);
      key = found;
    },
  };
}

/** What is wrong with it, to follow its place in a sentence. */
function faultOf(found: Buffer | string, newest: SigningKeyRow | undefined): string | undefined {
  if (typeof found === 'string') return found;
  if (newest === undefined) return undefined;
  try {
    decryptKey(found, newest.privateKey, newest.id);
    return undefined;
  } catch {
    return 'is another master key than the signing keys were sealed with';
  }
}

async function readKeyFile(path: string): Promise<Buffer | string> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (typeof text !== 'string') return text.code === 'ENOENT' ? 'is gone' : `cannot be read (${text.code})`;
  const key = Buffer.from(text.trim(), 'base64');
  return key.length === 32 ? key : 'does not hold 32 bytes in base64';
}

/** Unless there is one. Synced at once, name and content: the database survives a power cut, and signing keys in it without this key would be lost. */
async function makeMasterKey(path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  if (!file) return;
  try {
    await file.chmod(0o600);
    await file.writeFile(`${randomBytes(32).toString('base64')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  const directory = await open(dirname(path), 'r');
  await directory.sync().finally(() => directory.close());
}
