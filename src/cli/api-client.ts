/** The command line as a client of our own API. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readClientSettings } from '../config.ts';
import type { Issue } from '../domain/issue.ts';
import { ChanceryError } from '../errors.ts';

export interface ApiClient {
  url: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: FormData | object): Promise<T>;
  patch<T>(path: string, body: object): Promise<T>;
  delete(path: string): Promise<void>;
  download(path: string): Promise<Uint8Array>;
}

export const connectionOptions = { url: { type: 'string' }, token: { type: 'string' } } as const;

export const connectionHelp = `  --url      the server; default: CHANCERY_URL, else the demo in CHANCERY_DATA
  --token    API key; better in CHANCERY_TOKEN, where other users of the machine do not see it; default: the demo's`;

/** Address and key from the options, the environment, or the demo in the data folder. */
export async function openApiClient(values: { url?: string; token?: string }): Promise<ApiClient> {
  const settings = readClientSettings();
  const readKept = (file: string) =>
    readFile(join(settings.dataDirectory, file), 'utf8').then(JSON.parse, () => undefined);
  const url = (values.url ?? settings.url ?? (await readKept('server.json'))?.url)?.replace(/\/+$/, '');
  const token = values.token ?? settings.token ?? (await readKept('demo.json'))?.organizations?.[0]?.token;
  if (!url || !token)
    throw new ChanceryError('invalid_input', 'give --url and --token (or CHANCERY_URL and CHANCERY_TOKEN)');
  const call = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${url}/chancery/v1${path}`, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${token}` },
    }).catch((error: Error) => {
      throw new ChanceryError(
        'upstream_failed',
        `${url} cannot be reached: ${(error.cause as Error)?.message ?? error.message}`,
      );
    });
    if (!response.ok) throw await problemOf(response);
    return response;
  };
  const send = async (method: string, path: string, body: FormData | object) => {
    const init =
      body instanceof FormData
        ? { body }
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    return (await call(path, { method, ...init })).json() as never;
  };
  return {
    url,
    get: async (path) => (await call(path)).json() as never,
    post: (path, body) => send('POST', path, body),
    patch: (path, body) => send('PATCH', path, body),
    delete: async (path) => void (await call(path, { method: 'DELETE' })),
    download: async (path) => new Uint8Array(await (await call(path)).arrayBuffer()),
  };
}

async function problemOf(response: Response): Promise<ChanceryError> {
  const problem = (await response.json().catch(() => ({}))) as {
    title?: string;
    issues?: Issue[];
    details?: Record<string, unknown>;
  };
  const details = problem.details
    ? ` (${Object.entries(problem.details)
        .map(([name, value]) => `${name}: ${value}`)
        .join(', ')})`
    : '';
  return new ChanceryError(
    'invalid_input',
    `${problem.title ?? 'the server answered'}${details} [${response.status}]`,
    { issues: problem.issues ?? [] },
  );
}
