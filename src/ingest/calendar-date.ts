/** Dates as rows write them: fixed-width digits in a stated order, real days of the years 1000 to 9999, out as `YYYY-MM-DD`. */

const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Compiles a format such as `DD-MM-YYYY` to a reader that gives undefined for anything but a real day. */
export function dateReader(format: string): (text: string) => string | undefined {
  const [year, month, day] = ['YYYY', 'MM', 'DD'].map((part) => format.indexOf(part)) as [number, number, number];
  if (Math.min(year, month, day) < 0) throw new RangeError(`no date format: ${format}`);
  const shape = new RegExp(`^${format.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/[YMD]/g, '[0-9]')}$`);
  return (text) => {
    if (!shape.test(text)) return undefined;
    const yyyy = text.slice(year, year + 4);
    const mm = text.slice(month, month + 2);
    const dd = text.slice(day, day + 2);
    return isRealDay(Number(yyyy), Number(mm), Number(dd)) ? `${yyyy}-${mm}-${dd}` : undefined;
  };
}

/** A `YYYY-MM-DD` date in the given format. */
export function writeDate(iso: string, format: string): string {
  return format.replace('YYYY', iso.slice(0, 4)).replace('MM', iso.slice(5, 7)).replace('DD', iso.slice(8, 10));
}

function isRealDay(year: number, month: number, day: number): boolean {
  if (year < 1_000 || month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= (month === 2 && leap ? 29 : (daysOfMonth[month - 1] as number));
}
