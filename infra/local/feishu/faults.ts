import * as z from 'zod';

/** One scripted answer, given `times` (1) times before the stand-in judges requests by itself again. */
const scriptedAnswerSchema = z.discriminatedUnion('kind', [
  /** Refused with this code, by default as HTTP 200 and in the service's words. */
  z.strictObject({
    kind: z.literal('code'),
    code: z.int(),
    message: z.string().optional(),
    status: z.int().min(200).max(599).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    times: z.int().min(1).optional(),
  }),
  /** A bare HTTP status, as a proxy on the way would answer. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    times: z.int().min(1).optional(),
  }),
  /** The connection is reset; nothing was taken. */
  z.strictObject({ kind: z.literal('reset'), times: z.int().min(1).optional() }),
  /** No answer at all; nothing was taken. */
  z.strictObject({ kind: z.literal('hang'), times: z.int().min(1).optional() }),
  /** The message is taken, the answer gets lost. */
  z.strictObject({ kind: z.literal('lost'), times: z.int().min(1).optional() }),
  /** Judged as usual: a gap between faults. */
  z.strictObject({ kind: z.literal('judge'), times: z.int().min(1).optional() }),
]);

export type ScriptedAnswer = z.output<typeof scriptedAnswerSchema>;

/** Body of POST /api/script. */
export const scriptRequestSchema = z.strictObject({
  token: z.string().min(1).default('*'),
  answers: z.array(scriptedAnswerSchema).max(1000),
});

export interface Script {
  /** Replaces what is left for a bot; `*` is every bot without a script of its own. */
  set(token: string, answers: ScriptedAnswer[]): void;
  next(token: string): ScriptedAnswer | undefined;
}

export function createScript(): Script {
  const queues = new Map<string, ScriptedAnswer[]>();
  return {
    set(token, answers) {
      queues.set(
        token,
        answers.flatMap((answer) => Array<ScriptedAnswer>(answer.times ?? 1).fill(answer)),
      );
    },
    next(token) {
      const own = queues.get(token);
      return own !== undefined && own.length > 0 ? own.shift() : queues.get('*')?.shift();
    },
  };
}
