import { startsLikeJson } from '../../json.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

/** One log message as selectors see it. */
export interface Subject {
  readonly text: string;
  /** The message as JSON where it is an object or an array, else undefined. */
  json(): JsonValue | undefined;
}

/** A message that is parsed as JSON at most once, when it is first asked for. */
export class Message implements Subject {
  readonly text: string;
  private parsed: JsonValue | undefined;
  private isParsed = false;

  constructor(text: string) {
    this.text = text;
  }

  json(): JsonValue | undefined {
    if (!this.isParsed) {
      this.isParsed = true;
      this.parsed = parseObject(this.text);
    }
    return this.parsed;
  }
}

function parseObject(text: string): JsonValue | undefined {
  if (!startsLikeJson(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is an ordinary log line, not an error.
    return undefined;
  }
}

/** The value at a path of own properties; undefined where it is missing. */
export function valueAt(
  root: JsonValue | undefined,
  path: readonly (string | number)[],
): JsonValue | undefined {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) value = typeof step === 'number' ? value[step] : undefined;
    else value = typeof step === 'string' && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}
