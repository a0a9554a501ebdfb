import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelSchemas } from '../../shared/channels/registry.ts';
import { createItemReader } from '../../shared/config/items.ts';
import { parseTemplate } from '../../shared/config/templates.ts';
import { fillTemplate } from '../../shared/text/template.ts';

const rule = (annotations: Record<string, string>) =>
  createItemReader(channelSchemas).parseItem('rule', {
    id: 'a',
    match: { level: 'error' },
    groupBy: ['$.service'],
    labels: { team: 'x' },
    annotations,
  });

const problemsOf = (annotations: Record<string, string>) => {
  const parsed = rule(annotations);
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`);
};

describe('a template', () => {
  const values = { labels: { service: 'order', 服务: '订单', empty: '' }, value: '12', line: '{{ $value }}' };
  it.each([
    ['{{ $value }} in {{$labels.service}}', '12 in order'],
    ['{{ $labels.服务 }} {{ if $labels.服务 }}A{{ end }}', '订单 A'],
    ['{{ if $labels.service }}A{{ else }}B{{ end }}', 'A'],
    ['{{ if $labels.empty }}A{{ else }}B{{ end }}', 'B'],
    ['{{ if $labels.empty }}A{{ end }}.', '.'],
    ['{{ if $value }}{{ if $labels.empty }}A{{ else }}B{{ end }}C{{ end }}', 'BC'],
    ['{{ $line }}', '{{ $value }}'],
    ['{ "a": 1 } }}', '{ "a": 1 } }}'],
  ])('%s reads %s', (template, text) => {
    expect(parseTemplate(template).faults).toEqual([]);
    expect(fillTemplate(template, values)).toBe(text);
  });

  it.each([
    ['{{ $valu }}', 0, '$value'],
    ['ab {{ value }}', 3, '$value'],
    ['{{ $value', 0, '}}'],
    ['{{ if $value }}x', 0, '{{ end }}'],
    ['x{{ end }}', 1, '{{ if $variable }} before it'],
    ['{{ if $value }}{{ else }}{{ else }}{{ end }}', 25, '{{ if $variable }} before it'],
    ['{{ .Labels.service }}', 0, '$labels.NAME'],
  ])('%s has a slip at %i', (template, position, expected) => {
    expect(parseTemplate(template).faults).toMatchObject([
      { position, expected: expect.stringContaining(expected) },
    ]);
  });

  it('never breaks, whatever is written', () => {
    const piece = fc.oneof(
      fc.constantFrom('{{', '}}', '{{ if $value }}', '{{ else }}', '{{ end }}', '{{ $line }}', '{{ if x }}'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = fillTemplate(pieces.join(''), values);
        expect(text.length).toBeLessThanOrEqual(pieces.join('').length * 2 + 12);
      }),
    );
  });
});

describe('annotations', () => {
  it('may show the labels that alerts of the rule have', () => {
    expect(
      problemsOf({ summary: '{{ $labels.service }} {{ $labels.team }} {{ $labels.severity }}' }),
    ).toEqual([]);
  });

  it('say which label or variable there is not, and where', () => {
    const problems = problemsOf({ summary: 'x {{ $labels.servce }} {{ $vale }}' });
    expect(problems).toEqual([
      expect.stringMatching(
        /^annotations\.summary: `\{\{ \$vale \}\}` is no variable.*character 24 .*expected \$value$/,
      ),
      expect.stringMatching(
        /^annotations\.summary: `\$labels\.servce` is no label .*character 6 .*expected \$labels\.service$/,
      ),
    ]);
  });
});

describe("a receiver's title and body", () => {
  it('are checked too', () => {
    const body = { name: 'ops', email: [{ to: ['a@example.com'], title: '{{ $severty }}' }] };
    const parsed = createItemReader(channelSchemas).parseItem('receiver', body);
    expect(parsed.ok ? [] : parsed.problems).toMatchObject([
      { path: 'email[0].title', message: expect.stringContaining('expected $severity') },
    ]);
  });
});
