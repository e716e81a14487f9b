/** What a file is called by whoever sends it. */

/** Fit to be stored and shown on one line, without folders, of at most 255 characters; never used as a path. '' where nothing is left. */
export function cleanFileName(name: string): string {
  const base = name.toWellFormed().replace(/^[\s\S]*[\\/]/, '');
  const shown = base.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '_');
  // A character of two halves is left out whole.
  return shown.slice(0, 255).replace(/[\ud800-\udbff]$/, '');
}
