import { App, type Environment } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { TocsinStack } from '../../infra/stack.ts';

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DependsOn?: string[];
  DeletionPolicy?: string;
}

/**
 * An app that does not bundle, nor goes through CloudFormation's own rules, which take ten times as long as the rest and
 * of which `cdk synth` tells: what the tests look at is the template.
 */
export function unbundledApp(context: Record<string, unknown> = {}): App {
  return new App({
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  });
}

/** The stack of `cdk synth` with these context values. */
export function createStack(context: Record<string, unknown> = {}, env?: Environment): TocsinStack {
  return new TocsinStack(unbundledApp(context), 'Tocsin', env === undefined ? {} : { env });
}

/** Its resources of one type (`AWS::SQS::Queue`) under readable names: the logical ids without their hashes. */
export function resourcesOf(stack: TocsinStack, type: string): Record<string, Resource> {
  const found = templateOf(stack).findResources(type) as Record<string, Resource>;
  return Object.fromEntries(Object.entries(found).map(([id, resource]) => [plainId(id), resource]));
}

const templates = new WeakMap<TocsinStack, Template>();

/** Reading a template takes as long as some tests do that look at it several times. */
function templateOf(stack: TocsinStack): Template {
  const template = templates.get(stack) ?? Template.fromStack(stack);
  templates.set(stack, template);
  return template;
}

function plainId(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '').replace(/^Tocsin/, '');
}

/** A CloudFormation value as one line of text: references become `<id>`, `<id.Arn>`. */
export function rendered(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  const [operation, operand] = Object.entries(value as Record<string, unknown>)[0] ?? [];
  if (operation === 'Ref') return `<${plainId(String(operand))}>`;
  if (operation === 'Fn::GetAtt' && Array.isArray(operand))
    return `<${plainId(String(operand[0]))}.${String(operand[1])}>`;
  if (operation === 'Fn::Join' && Array.isArray(operand))
    return (operand[1] as unknown[]).map(rendered).join(String(operand[0]));
  throw new Error(`${JSON.stringify(value)} cannot be rendered; expected text, Ref, Fn::GetAtt or Fn::Join.`);
}
