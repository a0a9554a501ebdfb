import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { renderMail } from '../../shared/channels/email/mail.ts';
import { emailSettings, sampleAlert, sampleNotification } from './sample-notification.ts';

const mailOf = (alerts = [sampleAlert()]) =>
  renderMail(sampleNotification({ alerts }), emailSettings(), 'alerts@example.com', 'UTC');

/** Pixels of a PNG with 8 bits a channel and no filter, as RGBA. */
function pixels(png: Uint8Array): { width: number; height: number; at(x: number, y: number): number[] } {
  const bytes = Buffer.from(png);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const start = bytes.indexOf('IDAT');
  const rows = inflateSync(bytes.subarray(start + 4, start + 4 + bytes.readUInt32BE(start - 4)));
  return {
    width,
    height,
    at: (x, y) => [...rows.subarray(y * (width * 4 + 1) + 1 + x * 4, y * (width * 4 + 1) + 5 + x * 4)],
  };
}

describe('the chart of a mail', () => {
  it('comes with the mail, and the HTML asks for it by its id', () => {
    const { html, pictures } = mailOf();
    expect(pictures.map(({ id, fileName }) => [id, fileName])).toEqual([['chart-1', 'chart-1.png']]);
    expect(html).toContain('src="cid:chart-1"');
    expect(pictures[0]?.png.length).toBeLessThan(20_000);
  });

  it('shows the curve rising to its peak and the threshold below it', () => {
    const { width, height, at } = pixels(mailOf().pictures[0]?.png ?? new Uint8Array());
    expect([width, height]).toEqual([1104, 240]);
    const column = (x: number) => Array.from({ length: height }, (_, y) => at(x, y));
    const isBlue = ([r = 0, , b = 0, a = 0]: number[]) => b > 200 && r < 100 && a > 200;
    const isRed = ([r = 0, , b = 0, a = 0]: number[]) => r > 180 && b < 90 && a > 200;
    const [left, right] = [column(4).findIndex(isBlue), column(width - 4).findIndex(isBlue)];
    expect(right).toBeLessThan(left);
    expect(column(4).findIndex(isRed)).toBeGreaterThan(right);
  });

  it('is left out where there is nothing to draw, and shown for the first three alerts', () => {
    expect(mailOf([sampleAlert({ series: [] })]).pictures).toEqual([]);
    const { html, pictures } = mailOf(Array.from({ length: 5 }, () => sampleAlert()));
    expect(pictures).toHaveLength(3);
    expect(html.match(/<img /g)).toHaveLength(3);
  });
});
