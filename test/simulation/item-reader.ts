import { channelSchemas } from '../../shared/channels/registry.ts';
import { createItemReader, type ItemReader } from '../../shared/config/items.ts';
import { checkPattern, checkRegex } from '../../shared/match/program.ts';

const reader = createItemReader(channelSchemas, { checkPattern, checkRegex });
const REMEMBERED_MAX = 200;

/** The functions' own reader of items, one for all of them; what it said of the same items is remembered. */
export const itemReader: Pick<ItemReader, 'validate' | 'assemble'> = {
  validate: remembered(reader.validate),
  assemble: remembered(reader.assemble),
};

function remembered<Input, Output>(read: (input: Input) => Output): (input: Input) => Output {
  const known = new Map<string, Output>();
  return (input) => {
    const name = JSON.stringify(input);
    const answer = known.get(name) ?? read(input);
    if (known.size > REMEMBERED_MAX) known.clear();
    known.set(name, answer);
    return answer;
  };
}
