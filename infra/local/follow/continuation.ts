const INDENTED = /^[ \t]/;
const TRACEBACK = 'Traceback (most recent call last):';
/** Lines that never stand by themselves: frames and chained exceptions of Java and Python, goroutines of a panic in Go. */
const CONTINUED =
  /^(?:Caused by: |Suppressed: |at [\w.$<>/@]+\(|\.\.\. \d+ (?:more|common frames omitted)|Traceback \(most recent call last\):|During handling of the above exception|The above exception was the direct cause|goroutine \d+ \[|\[signal )/;
const PYTHON_EXCEPTION = /^[A-Za-z_][\w.]*(?::|$)/;
const GO_FRAME = /^(?:[\w./]+\(|created by )/;
/** `java.lang.IllegalStateException: message`, `com.example.OrderError`: packages in lower case, then a class. */
const JAVA_EXCEPTION = /^(?:[a-z_][\w]*\.)+[A-Z][\w$]*(?:Exception|Error|Throwable|Failure|Fault)\b/;
/** A line that says when it was written begins a record of its own, and may be gone on with. */
const DATED = /^.{0,40}?(?:\d{4}[-/]\d{2}[-/]\d{2}|\d{2}:\d{2}:\d{2})|"(?:@?timestamp|time|ts)":/;

/** Whether a line goes on with a record, such as a stack trace, of which these lines are known; oldest first. */
export function continues(line: string, record: readonly string[]): boolean {
  const [first] = record;
  if (first === undefined) return false;
  if (INDENTED.test(line) || CONTINUED.test(line)) return true;
  // Directly after the line that logged it; by themselves, exceptions of which each is a line are so many records.
  if (record.length === 1 && DATED.test(first) && JAVA_EXCEPTION.test(line)) return true;
  const wasIndented = INDENTED.test(record.at(-1) ?? '');
  if (wasIndented && PYTHON_EXCEPTION.test(line) && record.some((each) => each.startsWith(TRACEBACK)))
    return true;
  return GO_FRAME.test(line) && record.some((each) => each.startsWith('goroutine '));
}
