/**
 * How much of a message goes into a body. What is too big is laid out again with less: long lines go first, then
 * further lines, then further alerts, and labels last.
 */
export interface Room {
  alerts: number;
  lines: number;
  lineBytes: number;
  /** Of summaries, annotations, notes. */
  textBytes: number;
  labels: number;
  labelBytes: number;
  /** So many alerts, the first ones, show where their logs and runbooks are: such addresses are long. */
  linked: number;
}

const ROOMS: readonly Room[] = [
  { alerts: 10, lines: 5, lineBytes: 1200, textBytes: 1500, labels: 20, labelBytes: 256, linked: 10 },
  { alerts: 10, lines: 3, lineBytes: 500, textBytes: 800, labels: 20, labelBytes: 256, linked: 10 },
  { alerts: 8, lines: 2, lineBytes: 240, textBytes: 400, labels: 12, labelBytes: 96, linked: 3 },
  { alerts: 5, lines: 1, lineBytes: 160, textBytes: 200, labels: 8, labelBytes: 64, linked: 1 },
  { alerts: 3, lines: 1, lineBytes: 120, textBytes: 120, labels: 6, labelBytes: 48, linked: 1 },
  { alerts: 2, lines: 0, lineBytes: 0, textBytes: 120, labels: 4, labelBytes: 48, linked: 0 },
  { alerts: 1, lines: 0, lineBytes: 0, textBytes: 80, labels: 2, labelBytes: 32, linked: 0 },
];

const SMALLEST: Room = {
  alerts: 0,
  lines: 0,
  lineBytes: 0,
  textBytes: 0,
  labels: 0,
  labelBytes: 0,
  linked: 0,
};

/** What `render` makes of the most detail that `fits`; of the least where nothing does. */
export function shortened<Body>(render: (room: Room) => Body, fits: (body: Body) => boolean): Body {
  for (const room of ROOMS) {
    const body = render(room);
    if (fits(body)) return body;
  }
  return render(SMALLEST);
}
