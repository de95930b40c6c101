// Hear of changes as they happen; come back by itself when the connection is lost.

const FIRST_WAIT = 250;
const LONGEST_WAIT = 8000;

/** Listen for a person's live events: `heard(event)`, and `up(again)` / `down()` as the connection comes and goes. */
export function listen(person, { heard, up, down }) {
  const line = { socket: null, wait: FIRST_WAIT, timer: null, closed: false, before: false };

  function open() {
    clearTimeout(line.timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    line.socket = new WebSocket(`${scheme}://${location.host}/people/live?as=${encodeURIComponent(person)}`);
    line.socket.addEventListener("open", opened);
    line.socket.addEventListener("message", (message) => heard(JSON.parse(message.data)));
    line.socket.addEventListener("close", lost);
  }

  function opened() {
    line.wait = FIRST_WAIT;
    up(line.before);
    line.before = true;
  }

  function lost() {
    if (line.closed) return;
    down();
    line.timer = setTimeout(open, line.wait);
    line.wait = Math.min(line.wait * 2, LONGEST_WAIT);
  }

  function hurry() {
    if (!line.closed && line.socket.readyState === WebSocket.CLOSED && !document.hidden) open();
  }

  function close() {
    line.closed = true;
    clearTimeout(line.timer);
    removeEventListener("online", hurry);
    document.removeEventListener("visibilitychange", hurry);
    line.socket.close();
  }

  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  open();
  return close;
}
