import { describe, expect, it } from 'vitest';
import { insightsLink } from '../../shared/channels/insights-link.ts';

const FROM = Date.UTC(2026, 10, 21, 2, 0, 0);
const TO = FROM + 300_000;

/** Reads the link back the way the console does: `$` for `%`, twice, then the tree with `*hh` for bytes. */
function decode(link: string) {
  const fragment = link.slice(link.indexOf('#') + 1);
  const once = decodeURIComponent(fragment.replaceAll('$', '%'));
  const tree = decodeURIComponent(once);
  const value = (name: string) => new RegExp(`~${name}~'([^~)]*)`).exec(tree)?.[1] ?? '';
  const text = (starred: string) => decodeURIComponent(starred.replaceAll('*', '%'));
  const source = /~source~\(([^)]*)\)/.exec(tree)?.[1] ?? '';
  return {
    page: tree.slice(0, tree.indexOf('~')),
    start: text(value('start')),
    end: text(/~\(end~'([^~]*)/.exec(tree)?.[1] ?? ''),
    type: value('timeType'),
    query: text(value('editorString')),
    source: source.split("~'").slice(1).map(text),
  };
}

describe('a link into Logs Insights', () => {
  it('can be read back', () => {
    const logGroups = ['/app/order-api', "/odd/it's (a) ~group~*"];
    const filter = '@message like "say \\"hi\\" \\\\ 订单 | (x)" and not (a.b = "~\'*")';
    const source = { account: '123456789012', region: 'eu-west-1', logGroups, filter };
    const link = insightsLink(source, FROM, TO);
    expect(link).toMatch(
      /^https:\/\/eu-west-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=eu-west-1#/,
    );
    expect(decode(link ?? '')).toEqual({
      page: 'logsV2:logs-insights?queryDetail=',
      start: '2026-11-21T02:00:00.000Z',
      end: '2026-11-21T02:05:00.000Z',
      type: 'ABSOLUTE',
      query: `fields @timestamp, @logStream, @message\n| filter ${filter}\n| sort @timestamp asc\n| limit 1000`,
      source: logGroups,
    });
  });

  it('holds nothing that ends an address in running text', () => {
    const source = {
      account: '1',
      region: 'eu-west-1',
      logGroups: ["/a'(b)"],
      filter: '@message like "<x>"',
    };
    const link = insightsLink(source, FROM, TO);
    expect(link?.split('#')[1]).toMatch(/^[A-Za-z0-9$:*._-]+$/);
  });

  it.each([
    ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/'],
    ['cn-northwest-1', 'https://cn-northwest-1.console.amazonaws.cn/'],
    ['us-gov-west-1', 'https://console.amazonaws-us-gov.com/'],
    ['ap-southeast-2', 'https://ap-southeast-2.console.aws.amazon.com/'],
  ])('leads to the console of %s', (region, start) => {
    expect(insightsLink({ account: '1', region, logGroups: ['/a'] }, FROM, TO)).toContain(start);
  });

  it('stays short however many groups there are', () => {
    const logGroups = Array.from({ length: 400 }, (_, index) => `/app/${'x'.repeat(400)}/${index}`);
    const link = insightsLink({ account: '1', region: 'eu-west-1', logGroups }, FROM, TO) ?? '';
    expect(link.length).toBeLessThan(3000);
    expect(decode(link).source.length).toBeGreaterThan(1);
  });

  it('leaves out a filter that would make it long', () => {
    const source = { account: '1', region: 'eu-west-1', logGroups: ['/a'] };
    const filter = `@message like "${'订'.repeat(300)}"`;
    expect(insightsLink({ ...source, filter }, FROM, TO)).toBe(insightsLink(source, FROM, TO));
  });

  it('is missing where there is no CloudWatch log', () => {
    const local = { account: '000000000000', region: 'local', logGroups: ['/var/log/auth.log'] };
    expect(insightsLink(local, FROM, TO)).toBeNull();
    expect(insightsLink({ ...local, account: '1' }, FROM, TO)).toBeNull();
    expect(insightsLink({ account: '1', region: 'eu-west-1', logGroups: [] }, FROM, TO)).toBeNull();
    expect(insightsLink({ account: '1', region: 'x.evil.example/', logGroups: ['/a'] }, FROM, TO)).toBeNull();
  });
});
