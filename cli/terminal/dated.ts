const MOMENT = /^(?:at|since|until|[a-z]+At)$/;

/** A record as a line of JSON, with its moments (ms, under `at`, `since`, `until` and `…At`) in ISO 8601. */
export function datedJson(record: object): string {
  return JSON.stringify(record, (key, value: unknown) =>
    typeof value === 'number' && MOMENT.test(key) ? new Date(value).toISOString() : value,
  );
}
