/** Fault points: places where a test may kill, throw or stall the process. In production each is one comparison with undefined. */

type Action = 'kill' | 'throw' | 'stall';

let plan: Map<string, { action: Action; at: number; seen: number }> | undefined;

/** Names of all fault points, so that a test can walk them; a new one must be entered here. */
export const faultPoints = [
  'upload-after-blob',
  'create-after-source',
  'create-before-commit',
  'create-after-commit',
  'create-before-answer',
  'issue-after-decision',
  'issue-after-fill',
  'issue-after-pack',
  'issue-before-commit',
  'issue-after-commit',
  'accept-after-take',
  'accept-after-check',
  'accept-before-commit',
  'accept-after-commit',
  'produce-after-take',
  'produce-after-fill',
  'produce-after-pack',
  'produce-before-commit',
  'produce-after-commit',
  'deliver-after-claim',
  'deliver-before-send',
  'deliver-after-send',
  'deliver-after-result',
  'deliver-before-finish',
  'approve-before-commit',
  'approve-after-commit',
  'reject-after-take',
  'reject-before-commit',
  'reject-after-commit',
  'cancel-before-commit',
  'cancel-after-commit',
  'cancel-chunk-after-take',
  'cancel-chunk-before-commit',
  'cancel-chunk-after-commit',
  'notify-after-claim',
  'notify-after-send',
  'webhook-after-claim',
  'webhook-after-send',
  'mailing-after-create',
  'put-order-after-name',
  'put-order-after-blob',
  'put-order-before-commit',
  'put-order-after-commit',
  'put-document-after-row',
  'put-document-after-blob',
  'put-document-before-commit',
  'put-document-after-commit',
  'address-list-after-row',
  'address-list-after-blob',
  'mail-job-after-row',
  'mail-job-after-blob',
  'mail-job-before-commit',
  'mail-job-after-commit',
  'submit-before-commit',
  'submit-after-commit',
  'withdraw-before-commit',
  'withdraw-after-commit',
  'sort-after-take',
  'sort-after-judge',
  'sort-after-block',
  'sort-before-commit',
  'sort-after-commit',
  'compose-after-take',
  'compose-after-files',
  'compose-before-commit',
  'compose-after-commit',
  'post-after-claim',
  'post-after-begin',
  'post-after-send',
  'post-before-commit',
  'post-after-commit',
  'seal-before-commit',
  'seal-after-commit',
] as const;

export type FaultPoint = (typeof faultPoints)[number];

/** Reads `name:action@n`, comma separated: do it at the nth passage (default 1). */
export function armFaults(text: string | undefined): void {
  if (!text) return;
  plan = new Map();
  for (const part of text.split(',')) {
    const match = /^([a-z-]+):(kill|throw|stall)(?:@(\d+))?$/.exec(part.trim());
    if (!match) throw new Error(`FAULTS: cannot read "${part}"`);
    plan.set(match[1] as string, { action: match[2] as Action, at: Number(match[3] ?? 1), seen: 0 });
  }
}

export async function fault(name: FaultPoint): Promise<void> {
  if (plan === undefined) return;
  const entry = plan.get(name);
  if (!entry || ++entry.seen !== entry.at) return;
  if (entry.action === 'kill') process.kill(process.pid, 'SIGKILL');
  if (entry.action === 'throw') throw new Error(`fault ${name}`);
  await new Promise((resolve) => setTimeout(resolve, entry.action === 'kill' ? 1_000 : 35_000));
}
