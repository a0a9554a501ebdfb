const INDENTED = /^[ \t]/;
const TRACEBACK = 'Traceback (most recent call last):';
/** Lines that never stand by themselves: chained exceptions of Java and Python, goroutines of a panic in Go. */
const CONTINUED =
  /^(?:Caused by: |Suppressed: |\.\.\. \d+ more|Traceback \(most recent call last\):|During handling of the above exception|The above exception was the direct cause|goroutine \d+ \[|\[signal )/;
const PYTHON_EXCEPTION = /^[A-Za-z_][\w.]*(?::|$)/;
const GO_FRAME = /^(?:[\w./]+\(|created by )/;

/** Whether a line goes on with a record, such as a stack trace, of which these lines are known; oldest first. */
export function continues(line: string, record: readonly string[]): boolean {
  if (record.length === 0) return false;
  if (INDENTED.test(line) || CONTINUED.test(line)) return true;
  const wasIndented = INDENTED.test(record.at(-1) ?? '');
  if (wasIndented && PYTHON_EXCEPTION.test(line) && record.some((each) => each.startsWith(TRACEBACK)))
    return true;
  return GO_FRAME.test(line) && record.some((each) => each.startsWith('goroutine '));
}
