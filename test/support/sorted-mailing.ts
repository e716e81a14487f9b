/** Mailings that are sorted without a belt. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../../src/app.ts';
import type { OrderLine } from '../../src/domain/mail-order.ts';
import type { Actor } from '../../src/domain/permissions.ts';
import { sortMailing } from '../../src/pipeline/sort-mailing.ts';
import { getMailing } from '../../src/usecases/mailings/get-mailing.ts';
import type { HandedInFile } from '../../src/usecases/mailings/keep-document.ts';
import { submitMailing } from '../../src/usecases/mailings/submit-mailing.ts';
import { handInMailing } from './mailings.ts';

/** The job that its submission puts in line. */
export async function sortJob(app: App, actor: Actor, number: number) {
  const { id, organizationId } = await getMailing(app, actor, number);
  return { stage: 'sort', organizationId, chunkId: id };
}

/** Submitted; whoever submits waits for the belt in vain, and nobody for them. */
export async function submitAlone(app: App, actor: Actor, number: number): Promise<void> {
  void submitMailing(app, actor, number).catch(() => {});
  while ((await getMailing(app, actor, number)).status === 'editing') await sleep(10);
}

/** Handed in, submitted and sorted; its number. */
export async function sortedMailing(
  app: App,
  actor: Actor,
  lines: readonly OrderLine[],
  document?: HandedInFile,
): Promise<number> {
  const number = await handInMailing(app, actor, lines, document);
  await submitAlone(app, actor, number);
  await sortMailing(app, await sortJob(app, actor, number));
  return number;
}
