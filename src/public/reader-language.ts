/** Which language a page for one reader speaks: their own where it can, else that of what they read, else English. */

import Negotiator from 'negotiator';
import { primaryLanguage } from '../domain/language.ts';

/** One of `spoken` that the header Accept-Language asks for, as it came; undefined where it asks for none of them. */
export function wantedLanguage(accepted: string | undefined, spoken: readonly string[]): string | undefined {
  return accepted ? new Negotiator({ headers: { 'accept-language': accepted } }).language([...spoken]) : undefined;
}

/** `fallback` is BCP 47. */
export function readerLanguage(accepted: string | undefined, fallback: string, spoken: readonly string[]): string {
  const language = wantedLanguage(accepted, spoken) ?? primaryLanguage(fallback);
  return spoken.includes(language) ? language : 'en';
}

/** How the language writes whole numbers. */
export function numbersIn(language: string): (value: number) => string {
  const format = new Intl.NumberFormat(language === 'en' ? 'en-GB' : language);
  return (value) => format.format(value);
}
