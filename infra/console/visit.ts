import type { Locale } from '../../shared/config/model.ts';
import type { ConsolePlace } from './place.ts';

/** One request to the console's interface, its permission checked. */
export interface Visit {
  place: ConsolePlace;
  query: URLSearchParams;
  /** Parsed JSON; undefined where nothing was sent. */
  body: unknown;
  /** ms */
  now: number;
  reader: { locale: Locale; timeZone: string };
  /** Whether the reader may act. */
  mayAct: boolean;
}

/** The reader's language and zone, as the page names them. */
export function readerOf(query: URLSearchParams): Visit['reader'] {
  const locale = query.get('lang')?.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
  return { locale, timeZone: zoneOf(query.get('zone')) };
}

function zoneOf(wanted: string | null): string {
  if (wanted === null || wanted === '') return 'UTC';
  try {
    return new Intl.DateTimeFormat('en', { timeZone: wanted }).resolvedOptions().timeZone;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return 'UTC';
  }
}
