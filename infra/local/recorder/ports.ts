import type { EventBus, TextMessages } from '../../../shared/ports.ts';
import type { Recorder } from './recorder.ts';

/** Text messages that stay on this machine. */
export function localTextMessages(recorder: Recorder): TextMessages {
  return {
    async send(to, text) {
      recorder.note('sms', to, text);
      return { messageId: `local-${recorder.received().length}` };
    },
  };
}

/** Events that stay on this machine. */
export function localEventBus(recorder: Recorder): EventBus {
  return {
    async put(bus, events) {
      for (const { detailType, detail } of events) {
        recorder.note('eventbridge', bus, JSON.stringify({ detailType, detail: JSON.parse(detail) }));
      }
      return events.map(() => null);
    },
  };
}
