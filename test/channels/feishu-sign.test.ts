import { expect, it } from 'vitest';
import { sign } from '../../shared/channels/feishu/sign.ts';

it("signs as Feishu's guide does", () => {
  expect(sign(1599360473, 'demo')).toBe('l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=');
});
