import * as z from 'zod';

/** Abbreviations that runtimes know, and people of different countries by different clocks. */
const AMBIGUOUS = new Set(
  'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST'.split(
    ' ',
  ),
);

/** Whether the runtime's time zone database knows the IANA name. */
function isTimeZone(name: string): boolean {
  if (AMBIGUOUS.has(name.toUpperCase())) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** An IANA time zone name, such as `Asia/Shanghai`. */
export const timeZoneSchema = z
  .string({ error: 'a time zone name such as UTC or Asia/Shanghai' })
  .refine(isTimeZone, {
    error: 'is no known time zone',
    params: { expected: 'a time zone name such as UTC or Asia/Shanghai' },
  })
  .meta({ description: 'IANA time zone', examples: ['UTC', 'Asia/Shanghai'] });
