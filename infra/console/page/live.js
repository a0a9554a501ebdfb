/** What changed, as the console says it; nothing is asked for while nobody looks. */

let source = null;
let changed = () => {};
let told = () => {};

/** `onChange` hears the names of the views that changed; `onState`, whether the console is heard. */
export function follow(onChange, onState) {
  changed = onChange;
  told = onState;
  document.addEventListener('visibilitychange', () => (document.hidden ? rest() : begin()));
  begin();
}

function begin() {
  if (source !== null) return;
  source = new EventSource('/api/events');
  source.addEventListener('open', () => told(true));
  source.addEventListener('error', () => {
    told(false);
    // A stream that was refused is not tried again by the browser.
    if (source?.readyState !== EventSource.CLOSED) return;
    rest();
    setTimeout(begin, 3000);
  });
  source.addEventListener('changed', (event) => changed(JSON.parse(event.data)));
}

function rest() {
  source?.close();
  source = null;
}
