/**
 * How much of a message goes into a body. A body that is too big is laid out again with the next, smaller detail:
 * long lines go first, then the chart, then further alerts, and the labels last.
 */
export interface Detail {
  alerts: number;
  lines: number;
  lineBytes: number;
  /** Of summaries, annotations, notes. */
  textBytes: number;
  labels: number;
  labelBytes: number;
  chart: boolean;
}

export const DETAILS: readonly Detail[] = [
  { alerts: 10, lines: 5, lineBytes: 1200, textBytes: 1500, labels: 20, labelBytes: 256, chart: true },
  { alerts: 10, lines: 5, lineBytes: 500, textBytes: 1000, labels: 20, labelBytes: 256, chart: true },
  { alerts: 10, lines: 5, lineBytes: 240, textBytes: 600, labels: 20, labelBytes: 128, chart: false },
  { alerts: 10, lines: 2, lineBytes: 240, textBytes: 300, labels: 12, labelBytes: 96, chart: false },
  { alerts: 10, lines: 1, lineBytes: 160, textBytes: 200, labels: 8, labelBytes: 64, chart: false },
  { alerts: 5, lines: 1, lineBytes: 120, textBytes: 120, labels: 6, labelBytes: 48, chart: false },
  { alerts: 3, lines: 0, lineBytes: 0, textBytes: 120, labels: 4, labelBytes: 48, chart: false },
  { alerts: 1, lines: 0, lineBytes: 0, textBytes: 80, labels: 2, labelBytes: 32, chart: false },
];
