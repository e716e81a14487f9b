/** Where and how a page is appended to an uploaded PDF: found once, when the file is judged, and kept with it. */

/** Entries are PDF syntax in Latin-1, as the file has them. */
export interface AppendPlan {
  /** Bytes of the file. */
  length: number;
  /** The newest cross-reference section. */
  index: { at: number; kind: 'table' | 'stream' };
  /** The first object number that is free. */
  next: number;
  root: ObjectId;
  /** Without the entries that are written anew. */
  catalog: string;
  /** Of the form fields that are there, a signature perhaps. */
  form: { entries: string; fields: string };
  names: string;
  pages: ObjectId & { entries: string; kids: string; count: number };
  info: string;
  id: string;
}

export interface ObjectId {
  number: number;
  generation: number;
}
