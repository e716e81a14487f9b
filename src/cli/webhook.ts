/** `chancery webhook`: endpoints, their log and redelivery, on a running server. */

import { parseArgs } from 'node:util';
import { type ApiClient, connectionHelp, connectionOptions, openApiClient } from './api-client.ts';
import type { Command } from './commands.ts';

export const webhook: Command = {
  usage: `
chancery webhook create <address> [--event <name> ...] [--description <text>] [--secret <secret>]
chancery webhook list
chancery webhook update <id> [--address <address>] [--event <name> ...] [--description <text>]
chancery webhook enable | disable | delete | test <id>
chancery webhook rotate-secret <id> [--overlap-hours <hours>] [--secret <secret>]
chancery webhook deliveries <id> [--status <status>] [--event <name>] [--limit <n>] [--before <message id>]
chancery webhook show <id> <message id>
chancery webhook redeliver <id> <message id>
chancery webhook redeliver <id> --since <time>

  --event    may be given several times: a name, a category such as batch.*, or * (default)
  --secret   a secret you already have; default: a new one, printed once
  --since    such as 2026-06-04T00:00:00Z: all messages since then that were given up
  --json     the server's answer as JSON on stdout
${connectionHelp}

Events, headers, signatures and the schedule of retries: docs/webhooks.md.`,
  async run(args) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
    const [verb = '', ...operands] = positionals;
    const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (!act || operands.length < act.least || operands.length > act.most) {
      process.stderr.write('chancery webhook: say what to do, and to which endpoint\nTry: chancery webhook --help\n');
      return 64;
    }
    const answer = await act.run(await openApiClient(values), values, operands);
    if (values.json) process.stdout.write(`${JSON.stringify(answer ?? {})}\n`);
    else if (answer !== undefined) act.print(answer as never);
    return 0;
  },
};

const options = {
  ...connectionOptions,
  address: { type: 'string' },
  event: { type: 'string', multiple: true },
  description: { type: 'string' },
  secret: { type: 'string' },
  'overlap-hours': { type: 'string' },
  status: { type: 'string' },
  limit: { type: 'string' },
  before: { type: 'string' },
  since: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

interface EndpointAnswer {
  id: string;
  url: string;
  status: string;
  disabledReason: string | null;
  events: string[];
  secret?: string;
}

interface DeliveryAnswer {
  id: string;
  event: string;
  status: string;
  attempts: number;
  responseStatus: number | null;
  createdAt: string;
}

interface DeliveryDetail extends DeliveryAnswer {
  payload: string;
  attemptLog: { at: string; durationMs: number; status: number | null; error: string | null; response: string }[];
}

interface Verb {
  /** Operands it takes. */
  least: number;
  most: number;
  run(client: ApiClient, values: Values, operands: string[]): Promise<unknown>;
  print(answer: never): void;
}

const write = (line: string) => void process.stdout.write(`${line}\n`);

function printEndpoint({ id, url, status, disabledReason, events, secret }: EndpointAnswer): void {
  write(`${id}  ${status}${disabledReason ? ` (${disabledReason})` : ''}  ${events.join(' ')}  ${url}`);
  if (secret) process.stderr.write('The secret, shown this once:\n');
  if (secret) write(secret);
}

function printDelivery({ id, event, status, attempts, responseStatus, createdAt }: DeliveryAnswer): void {
  write(`${id}  ${createdAt}  ${event}  ${status}  attempts ${attempts}  last answer ${responseStatus ?? 'none'}`);
}

function printDetail(delivery: DeliveryDetail): void {
  printDelivery(delivery);
  write(delivery.payload);
  for (const { at, durationMs, status, error } of delivery.attemptLog)
    write(`  ${at}  ${durationMs} ms  ${status ?? 'no answer'}  ${error ?? 'taken'}`);
}

const post =
  (path: string): Verb['run'] =>
  (client, _, [id]) =>
    client.post(`/webhooks/${id}/${path}`, {});
const change =
  (body: (values: Values) => object): Verb['run'] =>
  (client, values, [id]) =>
    client.patch(`/webhooks/${id}`, body(values));
/** What was not given is left out. */
const given = (body: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));

const verbs: Record<string, Verb> = {
  create: {
    least: 1,
    most: 1,
    run: (client, { event, description, secret }, [url]) =>
      client.post('/webhooks', given({ url, events: event, description, secret })),
    print: printEndpoint,
  },
  list: {
    least: 0,
    most: 0,
    run: async (client) => (await client.get<{ webhooks: EndpointAnswer[] }>('/webhooks')).webhooks,
    print: (answer: EndpointAnswer[]) => answer.forEach(printEndpoint),
  },
  update: {
    least: 1,
    most: 1,
    run: change(({ address, event, description }) => given({ url: address, events: event, description })),
    print: printEndpoint,
  },
  enable: { least: 1, most: 1, run: change(() => ({ enabled: true })), print: printEndpoint },
  disable: { least: 1, most: 1, run: change(() => ({ enabled: false })), print: printEndpoint },
  delete: { least: 1, most: 1, run: (client, _, [id]) => client.delete(`/webhooks/${id}`), print: () => {} },
  test: { least: 1, most: 1, run: post('test'), print: printDelivery },
  'rotate-secret': {
    least: 1,
    most: 1,
    run: (client, { secret, 'overlap-hours': hours }, [id]) =>
      client.post(
        `/webhooks/${id}/rotate-secret`,
        given({ secret, overlapHours: hours === undefined ? undefined : Number(hours) }),
      ),
    print: printEndpoint,
  },
  deliveries: {
    least: 1,
    most: 1,
    run: async (client, { status, event, limit, before }, [id]) => {
      const query = new URLSearchParams(given({ status, event: event?.[0], limit, before }) as Record<string, string>);
      return (await client.get<{ deliveries: DeliveryAnswer[] }>(`/webhooks/${id}/deliveries?${query}`)).deliveries;
    },
    print: (answer: DeliveryAnswer[]) => answer.forEach(printDelivery),
  },
  show: {
    least: 2,
    most: 2,
    run: (client, _, [id, message]) => client.get(`/webhooks/${id}/deliveries/${message}`),
    print: printDetail,
  },
  redeliver: {
    least: 1,
    most: 2,
    run: (client, { since }, [id, message]) =>
      message === undefined
        ? client.post(`/webhooks/${id}/redeliver`, given({ since }))
        : client.post(`/webhooks/${id}/deliveries/${message}/redeliver`, {}),
    print: (answer: { redelivered: number } | DeliveryAnswer) =>
      'redelivered' in answer ? write(`${answer.redelivered} messages are sent again`) : printDelivery(answer),
  },
};
