import type { Level } from '../config/model.ts';
import type { LogEvent } from '../logs/event.ts';
import { detectLevel } from '../logs/levels.ts';
import { Message } from './pattern/subject.ts';

/** Where an event comes from. */
export interface Source {
  account: string;
  region: string;
  logGroup: string;
  logStream: string;
}

/** An event that some rule may want: its JSON and its level are found at most once. */
export class Line extends Message {
  readonly event: LogEvent;
  readonly source: Source;
  private detected: Level | null | undefined;

  constructor(event: LogEvent, source: Source) {
    super(event.message);
    this.event = event;
    this.source = source;
  }

  level(): Level | null {
    if (this.detected === undefined) this.detected = detectLevel(this.text, this.json());
    return this.detected;
  }
}
