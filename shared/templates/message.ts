/** What of a log event says its kind: the line itself, or what is said in a JSON object. */

/** Under these keys loggers write what is said. */
const TEXT_KEYS = ['message', 'msg', '@message', 'log', 'text', 'body'];
/** And under these the name of what happened. */
const NAME_KEYS = ['event', 'eventName', 'event_name', 'type', 'action', 'name', 'errorType'];

/** `json` is the message parsed, undefined where it is no JSON. Without a text or a name an object's keys are its shape. */
export function kindText(text: string, json: unknown): string {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return text;
  const said = textUnder(json, TEXT_KEYS) ?? textUnder(json, NAME_KEYS);
  return said ?? `{ ${Object.keys(json).sort().join(', ')} }`;
}

function textUnder(json: object, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = Object.hasOwn(json, key) ? (json as Record<string, unknown>)[key] : undefined;
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return undefined;
}
