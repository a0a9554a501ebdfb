import type { Finding } from './explain.ts';
import type { Body } from './items.ts';

/** Keys by which documents of other tools are known, and what helps. */
const TOOLS: { keys: string[]; message: string; expected: string }[] = [
  {
    keys: ['type', 'index'],
    message: 'this is a rule of ElastAlert',
    expected: 'what tocsin import elastalert FILE makes of it',
  },
  {
    keys: ['groups'],
    message: 'these are rules of Prometheus, which are asked of metrics and not of logs',
    expected: 'rules as tocsin init writes them',
  },
  {
    keys: ['global', 'route'],
    message: 'this is a configuration of Alertmanager',
    expected: 'what tocsin import alertmanager FILE makes of it',
  },
];

/** Says what a document is that is none of this format; null: it may be one. */
export function foreignDocument(body: Body): Finding | null {
  if (body.version !== undefined || body.rules !== undefined) return null;
  const tool = TOOLS.find(({ keys }) => keys.every((key) => Object.hasOwn(body, key)));
  return tool === undefined
    ? null
    : { path: [], message: tool.message, expected: tool.expected, atKey: false };
}
