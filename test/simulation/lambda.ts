/**
 * Functions as Lambda runs them: one invocation at a time in a container, warm containers used again, a time-out that
 * kills, crashes that lose everything but what was written.
 */
import { PortError } from '../../shared/ports.ts';
import type { CallKind, Chaos, Fate } from './chaos.ts';
import type { World } from './world.ts';

export class Invocation {
  readonly id: number;
  readonly name: string;
  dead = false;
  over = false;
  /** Faults so far, so that whatever happened can be told to have gone wrong afterwards. */
  faults = 0;
  /** Called when it dies. */
  died: (why: string) => void = () => undefined;

  constructor(id: number, name: string) {
    this.id = id;
    this.name = name;
  }

  get label(): string {
    return `${this.name}#${this.id}`;
  }

  die(why: string): void {
    if (this.dead || this.over) return;
    this.dead = true;
    this.faults += 1;
    this.died(why);
  }
}

/** A call to the outside, for whoever decides what becomes of it, and for the history. */
interface Call {
  kind: CallKind;
  label: () => string;
  partition?: string | null;
  effectInPart?: () => void;
}

/** A place where a function runs; its ports ask it which invocation is calling. */
export class Container {
  #skewMs: number;
  readonly #world: World;
  readonly #chaos: Chaos;
  invocation: Invocation = new Invocation(0, 'idle');

  constructor(world: World, chaos: Chaos) {
    this.#world = world;
    this.#chaos = chaos;
    const { skewMs } = chaos.weather;
    this.#skewMs = world.random.between(-skewMs, skewMs);
  }

  /** Calls that were under way when the invocation that made them was over: they go on with the next one. */
  readonly #frozen: (() => void)[] = [];

  readonly clock = (): number => this.#world.now() + this.#skewMs;

  /** Between two invocations a clock may be set anew. */
  begin(invocation: Invocation): void {
    this.invocation = invocation;
    if (this.#chaos.strikes('clockSteps')) this.#skewMs = this.#chaos.skewAnew();
    for (const effect of this.#frozen.splice(0)) this.#world.after(this.#chaos.thawMs(), effect);
  }

  /**
   * A call to the outside, with whatever becomes of it. A dead invocation never hears an answer. `partition`: of a
   * table, null elsewhere; `effectInPart`: what a call that fails before its effect has done all the same.
   */
  call<Answer>(
    { kind, label, partition = null, effectInPart }: Call,
    effect: () => Promise<Answer>,
  ): Promise<Answer> {
    const { invocation } = this;
    const fate = this.#chaos.fate(kind, partition, this.#world.now());
    if (fate.outcome !== 'done') invocation.faults += 1;
    return new Promise((resolve, reject) => {
      const takeEffect = () => {
        // What a dying function had under way may still arrive, or not.
        if (invocation.dead && this.#world.random.chance(0.5)) return;
        this.#world.note(() => `${invocation.label} ${label()}${fateText(fate)}`);
        if (fate.outcome === 'fails before') effectInPart?.();
        const answered = carryOut(fate, effect, (ms) => this.#world.sleep(ms));
        this.#world.after(fate.echoAfterMs + fate.answerAfterMs, () => {
          if (fate.outcome.startsWith('crash')) invocation.die(fate.outcome);
          if (!invocation.dead) answered.then(resolve, reject);
        });
        answered.catch(() => undefined);
      };
      this.#world.after(fate.effectAfterMs, () => {
        const isFrozen = this.invocation.over && invocation.over && this.#chaos.freezes();
        if (isFrozen) this.#frozen.push(takeEffect);
        else takeEffect();
      });
    });
  }
}

async function carryOut<Answer>(
  fate: Fate,
  effect: () => Promise<Answer>,
  sleep: (ms: number) => Promise<void>,
): Promise<Answer> {
  switch (fate.outcome) {
    case 'done':
    case 'crash after':
      return await effect();
    case 'done twice':
      await effect();
      if (fate.echoAfterMs > 0) await sleep(fate.echoAfterMs);
      return await effect();
    case 'fails after':
      await effect();
      throw new PortError('ConnectionReset', 'the connection was lost after the effect', { transient: true });
    case 'throttled':
      throw new PortError('ThrottlingException', 'too many requests', { transient: true });
    case 'fails before':
    case 'crash before':
      throw new PortError('InternalServerError', 'it failed before any effect', { transient: true });
  }
}

function fateText({ outcome, answerAfterMs }: Fate): string {
  const slow = answerAfterMs > 100 ? ` (answer after ${answerAfterMs} ms)` : '';
  return outcome === 'done' ? slow : ` !! ${outcome}${slow}`;
}

/** What a warm function can do with one event. */
export type Warm<Event, Answer> = (event: Event) => Promise<Answer>;

/** A deployed function: its containers. */
export class LambdaFunction<Event, Answer> {
  readonly name: string;
  readonly #world: World;
  readonly #chaos: Chaos;
  readonly #timeoutMs: number;
  readonly #start: (container: Container) => Warm<Event, Answer>;
  readonly #idle: { container: Container; warm: Warm<Event, Answer> }[] = [];
  #count = 0;
  running = 0;

  constructor(
    world: World,
    chaos: Chaos,
    name: string,
    timeoutMs: number,
    start: (container: Container) => Warm<Event, Answer>,
  ) {
    this.#world = world;
    this.#chaos = chaos;
    this.name = name;
    this.#timeoutMs = timeoutMs;
    this.#start = start;
  }

  /** Calls back once, with the answer or with why there is none. */
  invoke(event: Event, done: (answer: Answer) => void, failed: (why: string) => void): void {
    const { container, warm } = this.#take();
    this.#count += 1;
    this.running += 1;
    const invocation = new Invocation(this.#count, this.name);
    container.begin(invocation);
    const finish = (then: () => void) => {
      if (invocation.over || invocation.dead) return;
      invocation.over = true;
      this.running -= 1;
      if (!this.#world.random.chance(this.#chaos.weather.colds)) this.#idle.push({ container, warm });
      then();
    };
    invocation.died = (why) => {
      this.running -= 1;
      this.#world.note(() => `${invocation.label} DIED: ${why}`);
      failed(why);
    };
    this.#world.after(this.#timeoutMs, () => invocation.die('time-out'));
    this.#world.note(() => `${invocation.label} begins`);
    warm(event).then(
      (answer) => finish(() => done(answer)),
      (error: unknown) =>
        finish(() => {
          const why = error instanceof Error ? error.message : String(error);
          if (!(error instanceof PortError))
            this.#world.note(() => `${invocation.label} ${(error as Error).stack}`);
          this.#world.note(() => `${invocation.label} failed: ${why}`);
          failed(why);
        }),
    );
  }

  #take() {
    if (this.#idle.length > 0 && !this.#world.random.chance(this.#chaos.weather.colds)) {
      const at = this.#world.random.between(0, this.#idle.length - 1);
      const [warm] = this.#idle.splice(at, 1);
      if (warm !== undefined) return warm;
    }
    const container = new Container(this.#world, this.#chaos);
    return { container, warm: this.#start(container) };
  }
}
