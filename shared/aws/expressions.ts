import type { Change, Clause, Condition } from '../ports.ts';

export type Expression = Record<string, unknown>;

/** Collects the placeholders of one DynamoDB request: any attribute name is then allowed, reserved words included. */
export class Names {
  readonly #names = new Map<string, string>();
  readonly #values: unknown[] = [];

  /** The placeholder of an attribute's name. */
  name(attribute: string): string {
    const known = this.#names.get(attribute) ?? `#n${this.#names.size}`;
    this.#names.set(attribute, known);
    return known;
  }

  /** The placeholder of a value. */
  value(value: unknown): string {
    this.#values.push(value);
    return `:v${this.#values.length - 1}`;
  }

  /** The request's placeholder parameters; empty maps are left out, as DynamoDB refuses them. */
  attributes(): Expression {
    const names = Object.fromEntries([...this.#names].map(([name, placeholder]) => [placeholder, name]));
    const values = Object.fromEntries(this.#values.map((value, index) => [`:v${index}`, value]));
    return {
      ...(this.#names.size > 0 ? { ExpressionAttributeNames: names } : {}),
      ...(this.#values.length > 0 ? { ExpressionAttributeValues: values } : {}),
    };
  }
}

/** `SET … REMOVE … ADD …`; an empty change gives no expression. */
export function updateExpression(change: Change, names: Names): Expression {
  const set = Object.entries(change.set ?? {}).map(([k, v]) => `${names.name(k)} = ${names.value(v)}`);
  const add = Object.entries(change.add ?? {}).map(([k, v]) => `${names.name(k)} ${names.value(v)}`);
  const remove = (change.remove ?? []).map((attribute) => names.name(attribute));
  const parts = [
    ...(set.length > 0 ? [`SET ${set.join(', ')}`] : []),
    ...(remove.length > 0 ? [`REMOVE ${remove.join(', ')}`] : []),
    ...(add.length > 0 ? [`ADD ${add.join(', ')}`] : []),
  ];
  return parts.length > 0 ? { UpdateExpression: parts.join(' ') } : {};
}

/** A condition in DynamoDB's language: alternatives of conjunctions. */
export function conditionExpression(condition: Condition | undefined, names: Names): Expression {
  if (condition === undefined) return {};
  // AND binds tighter than OR, and DynamoDB refuses redundant parentheses.
  const alternatives = condition.map((all) => all.map((clause) => clauseText(clause, names)).join(' AND '));
  return { ConditionExpression: alternatives.join(' OR ') };
}

function clauseText(clause: Clause, names: Names): string {
  const name = names.name(clause.attribute);
  switch (clause.is) {
    case 'absent':
      return `attribute_not_exists(${name})`;
    case 'present':
      return `attribute_exists(${name})`;
    case 'contains':
      return `contains(${name}, ${names.value(clause.value)})`;
    case 'lacks':
      return `NOT contains(${name}, ${names.value(clause.value)})`;
    case '!=':
      return `${name} <> ${names.value(clause.value)}`;
    default:
      return `${name} ${clause.is} ${names.value(clause.value)}`;
  }
}
