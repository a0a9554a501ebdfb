/** Requests as a browser, or somebody else, would send them: every header by hand, for fetch sets its own. */
import { type IncomingHttpHeaders, request } from 'node:http';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Sends one request; the address is sent as it is written, dots and all. */
export function send(origin: string, path: string, { method = 'GET', headers = {}, body }: Asked = {}) {
  const { hostname, port } = new URL(origin);
  return new Promise<Answer>((resolve, reject) => {
    const asked = request({ hostname, port, path, method, headers }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
    });
    asked.on('error', reject).end(body);
  });
}

/** A browser that opened a link of the terminal. */
export class Visitor {
  readonly origin: string;
  readonly #cookie: string;

  private constructor(origin: string, cookie: string) {
    this.origin = origin;
    this.#cookie = cookie;
  }

  static async through(link: string): Promise<Visitor> {
    const { origin, pathname, search } = new URL(link);
    const { headers } = await send(origin, `${pathname}${search}`);
    const [cookie = ''] = headers['set-cookie']?.[0]?.split(';') ?? [];
    return new Visitor(origin, cookie);
  }

  get headers(): Record<string, string> {
    return { cookie: this.#cookie, origin: this.origin, 'content-type': 'application/json' };
  }

  async read<Shape>(path: string): Promise<Shape> {
    const answer = await send(this.origin, path, { headers: { cookie: this.#cookie } });
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body}`);
    return JSON.parse(answer.body) as Shape;
  }

  post(path: string, body: unknown): Promise<Answer> {
    return send(this.origin, path, { method: 'POST', headers: this.headers, body: JSON.stringify(body) });
  }
}
