/** The application as machines use it: a lock that somebody else holds is waited for, where a request would be told to come again. */

import type { App } from '../app.ts';
import { appWith } from './app-with.ts';

export function patient(app: App): App {
  const { db } = app;
  return appWith(app, {
    db: { ...db, organization: (id, work, options) => db.organization(id, work, { ...options, waits: true }) },
  });
}
