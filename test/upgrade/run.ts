/**
 * Writes down what this release leaves in the middle of an incident, for later ones to be tested with:
 * `node --import tsx test/upgrade/run.ts > test/upgrade/left/VERSION.json`
 */
import { SqsQueue } from '../../shared/aws/queue.ts';
import { MINUTE, SECOND, startTestStack } from '../support/stack.ts';
import { DOCUMENT, errorsOf, type Left, writeLeft } from './scenario.ts';

const messages: Left['messages'] = [];
const send = SqsQueue.prototype.send;
SqsQueue.prototype.send = async function (outgoing) {
  for (const { body } of outgoing as { body: { type: string } }[])
    messages.push({ queue: body.type === 'delivery' ? 'deliveries' : 'alerts', body });
  await send.call(this, outgoing);
};

const stack = await startTestStack(DOCUMENT);
await stack.log(errorsOf('pay'));
await stack.advance(MINUTE);
await stack.log(errorsOf('cart'));
await stack.advance(10 * SECOND);
if ((await stack.mails()).length !== 1) throw new Error('One mail was expected by now.');
const [config, state] = await Promise.all([stack.config.scan(), stack.state.scan()]);
process.stdout.write(writeLeft({ at: stack.clock.now(), config, state, messages }));
await stack.stop();
