/** Reads the XML of a batch as it comes into the lines of an order. Whatever it holds of credentials goes no further than this file. */

import type { OrderedJob, OrderedPiece, OrderFacts, OrderLine } from '../../domain/mail-order.ts';
import { addressParts } from '../../domain/postal-address.ts';
import { type ChanceryError, invalidInput } from '../../errors.ts';
import type { XmlEvent } from '../../usecases/mailings/read-xml.ts';
import { JobDraft, readAddressInput } from './job-draft.ts';

/** What stands where, by lower-case names: an element with others in it, by its kind; a text, by the name it is kept under. */
const structure: Record<string, Record<string, string>> = {
  document: { batch: 'batch' },
  batch: { filename: '=filename', appsignature: '=appSignature', job: 'job' },
  job: {
    startingpage: '=startingPage',
    endingpage: '=endingPage',
    ancillaryendorsement: '=ancillaryEndorsement',
    printproductionoptions: 'options',
    returnaddress: 'return',
    recipients: 'recipients',
  },
  options: {
    documentclass: '=documentClass',
    layout: '=layout',
    productiontime: '=productionTime',
    envelope: '=envelope',
    color: '=color',
    papertype: '=paperType',
    printoption: '=printOption',
    mailclass: '=mailClass',
  },
  return: addressFields(),
  recipients: { address: 'address' },
  address: { ...addressFields(), c2m_uniqueid: '=uniqueId' },
};

function addressFields(): Record<string, string> {
  return Object.fromEntries(addressParts.map((name) => [name.toLowerCase(), `=${name}`]));
}

/** Of the account, sent once more by older clients. */
const secrets = ['username', 'password'];

export interface OrderLimits {
  /** Recipients of the whole batch. */
  maxPieces: number;
  /** Options that nobody sells are a fault. */
  strict: boolean;
  /** Recipients of one job that are held until its end, so that its parts may come in any order. */
  heldPieces?: number;
}

interface Level {
  /** A key of `structure`, or of a text the name it is kept under behind `=`; '' for what nobody knows. */
  kind: string;
  name: string;
  line: number;
}

const unknownListed = 100;
const longestText = 1_000;

export class BatchOrder {
  readonly #limits: Required<OrderLimits>;
  readonly #levels: Level[] = [{ kind: 'document', name: '', line: 1 }];
  readonly #unknown = new Set<string>();
  readonly #facts = { jobs: 0, pieces: 0, filename: '', appSignature: '' };
  #job = new JobDraft();
  #isJobTold = false;
  #pieces: OrderedPiece[] = [];
  /** Texts of the address that is being read, a recipient's or the return address. */
  #texts = new Map<string, string>();
  #lines: OrderLine[] = [];

  constructor(limits: OrderLimits) {
    this.#limits = { heldPieces: 50_000, ...limits };
  }

  /** Of the whole document, once it has been read. */
  facts(): OrderFacts {
    return { ...this.#facts, unknown: [...this.#unknown] };
  }

  /** Throws `invalid_input` for a document whose structure is not that of a batch, and for too many recipients. */
  async *lines(events: AsyncIterable<XmlEvent[]>): AsyncGenerator<OrderLine> {
    for await (const some of events) {
      for (const event of some) {
        if (event.kind === 'open') this.#open(event.name, event.line);
        else this.#close(event.text.trim(), event.isLeaf);
      }
      const lines = this.#lines;
      this.#lines = [];
      yield* lines;
    }
    if (this.#facts.jobs === 0) throw this.#fault('it has no <job>', { name: 'batch', line: 1 });
  }

  #open(name: string, line: number): void {
    const outer = this.#levels.at(-1) as Level;
    if (outer.kind.startsWith('=')) throw this.#fault(`it is a text, and holds <${shown(name)}>`, outer);
    const kind = ownEntry(structure[outer.kind], name.toLowerCase()) ?? '';
    if (outer.kind === 'document' && kind !== 'batch')
      throw this.#fault('the document begins with it; it must begin with <batch>', { name, line });
    this.#levels.push({ kind, name, line });
    if (kind === '') this.#meetsUnknown();
    if (kind === 'job') this.#begins();
    if (kind === 'address' || kind === 'return') this.#texts = new Map();
    if (kind === 'options' || kind === 'return') this.#mayChange(kind);
  }

  #close(text: string, isLeaf: boolean): void {
    const level = this.#levels.pop() as Level;
    const outer = this.#levels.at(-1) as Level;
    const { kind, name } = level;
    if (kind.startsWith('=')) this.#keep(outer.kind, kind.slice(1), text.slice(0, longestText), level);
    else if (kind === '' && isLeaf && !secrets.includes(name.toLowerCase())) this.#keepUnknown(outer.kind, name, text);
    else if (kind === 'return') this.#job.returnAddress = this.#readReturnAddress(level);
    else if (kind === 'address') this.#endsAddress(level);
    else if (kind === 'job') this.#endsJob(level);
  }

  #keep(where: string, key: string, text: string, level: Level): void {
    if (where === 'batch') this.#facts[key as 'filename' | 'appSignature'] = text;
    else if (where === 'address' || where === 'return') {
      if (this.#texts.has(key)) throw this.#fault('it comes twice in the same address', level);
      this.#texts.set(key, text);
    } else {
      this.#mayChange(key);
      if (this.#job.has(key)) throw this.#fault('it comes twice in the same job', level);
      this.#job.keep(key, text);
    }
  }

  /** Options that only the vendor's newer programs know; of addresses and of the batch their names are all that is kept. */
  #keepUnknown(where: string, name: string, text: string): void {
    if ((where === 'job' || where === 'options') && !this.#isJobTold) this.#job.keepUnknown(name, text);
  }

  #meetsUnknown(): void {
    if (this.#isSecret() || this.#unknown.size >= unknownListed) return;
    const path = this.#levels.slice(1).map((level) => shown(level.name));
    this.#unknown.add(path.join('/').slice(0, 400));
  }

  /** Also of what stands in a secret, which may be a part of one that was not escaped. */
  #isSecret(): boolean {
    return this.#levels.some(({ name }) => secrets.includes(name.toLowerCase()));
  }

  #begins(): void {
    this.#job = new JobDraft();
    this.#isJobTold = false;
    this.#pieces = [];
    this.#facts.jobs++;
  }

  #readReturnAddress(level: Level): OrderedJob['returnAddress'] {
    if (this.#job.returnAddress) throw this.#fault('it comes twice in the same job', level);
    const address = readAddressInput(this.#texts);
    return Object.values(address).some((text) => text !== '') ? address : null;
  }

  #endsAddress(level: Level): void {
    this.#facts.pieces++;
    const { maxPieces, heldPieces } = this.#limits;
    if (this.#facts.pieces > maxPieces)
      throw invalidInput('too many recipients', [
        { path: 'body', code: 'too_many_rows', params: { max: maxPieces, line: level.line } },
      ]);
    const piece = { uniqueId: this.#texts.get('uniqueId') ?? '', address: readAddressInput(this.#texts) };
    if (this.#isJobTold) {
      this.#lines.push({ piece });
      return;
    }
    this.#pieces.push(piece);
    if (this.#pieces.length <= heldPieces) return;
    if (!this.#job.isWhole())
      throw this.#fault(`the pages and options of more than ${heldPieces} recipients must stand before them`, level);
    this.#tellJob();
  }

  #endsJob(level: Level): void {
    const missing = this.#job.missing();
    if (missing) throw this.#fault(missing, level);
    if (!this.#isJobTold && this.#pieces.length === 0) throw this.#fault('it has no <address> in <recipients>', level);
    if (!this.#isJobTold) this.#tellJob();
  }

  #tellJob(): void {
    const { strict } = this.#limits;
    this.#lines.push({ job: this.#job.read(strict) });
    for (const piece of this.#pieces) this.#lines.push({ piece });
    this.#pieces = [];
    this.#isJobTold = true;
  }

  /** What comes behind that many recipients cannot change how the first of them are printed. */
  #mayChange(what: string): void {
    if (!this.#isJobTold) return;
    const { heldPieces } = this.#limits;
    const level = this.#levels.at(-1) as Level;
    throw this.#fault(`<${what}> of a job with more than ${heldPieces} recipients must stand before them`, level);
  }

  #fault(reason: string, { name, line }: Pick<Level, 'name' | 'line'>): ChanceryError {
    const inJob = this.#levels.some(({ kind }) => kind === 'job') || name.toLowerCase() === 'job';
    const job = inJob ? ` of job ${this.#facts.jobs}` : '';
    const params = { line, element: shown(name), reason: `line ${line}, <${shown(name)}>${job}: ${reason}` };
    return invalidInput('the XML is not that of a batch', [{ path: 'body', code: 'invalid', params }]);
  }
}

const shown = (name: string) => name.slice(0, 60);

function ownEntry(record: Record<string, string> | undefined, key: string): string | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}
