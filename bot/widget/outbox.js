// What was written and is not with the service yet: kept over reloads, sent one by one, in order.
const TICK_WITHIN = 10000, MOST_TRIES = 5, KEY = "out.";

class Outbox {
  // send(frame) hands one to the line; told(id, state) hears "unsent", "failed" or "".
  constructor(send, told) {
    Object.assign(this, { send, told, line: false, sending: null, waiting: new Map(), tries: new Map() });
  }

  // Other tabs write there too, so each message has a key of its own.
  load() {
    const kept = storage.keys().filter((key) => key.startsWith(KEY)).map((key) => storage.read(key)).filter(Boolean);
    kept.sort((a, b) => a.at - b.at).forEach(({ frame }) => this.waiting.has(frame.id) || this.waiting.set(frame.id, frame));
    return [...this.waiting.values()];
  }

  add(frame) {
    this.waiting.set(frame.id, frame);
    storage.write(KEY + frame.id, { at: Date.now(), frame });
    if (!this.line) this.told(frame.id, "unsent");
    this.flush();
  }

  start() {
    this.line = true;
    this.sending = null;
    this.flush();
  }

  stop() {
    this.line = false;
    this.sending = null;
    clearTimeout(this.tick);
    this.waiting.forEach((_, id) => this.told(id, "unsent"));
  }

  clear() {
    this.stop();
    this.waiting.clear();
    this.tries.clear();
  }

  // The next goes out when the service has the one before.
  flush() {
    const next = this.waiting.values().next().value;
    if (!next || !this.line || this.sending) return;
    const tries = (this.tries.get(next.id) || 0) + 1;
    this.tries.set(next.id, tries);
    if (tries > MOST_TRIES) return this.giveUp(next.id);
    this.sending = next.id;
    this.send(next);
  }

  // The service is there and cannot take it now: that is not the message's fault.
  putOff() { this.tries.delete(this.sending); }

  expect(late) {
    clearTimeout(this.tick);
    this.tick = setTimeout(late, TICK_WITHIN);
  }

  done(id) {
    if (id === this.sending) {
      clearTimeout(this.tick);
      this.sending = null;
    }
    if (this.waiting.delete(id)) this.told(id, "");
    storage.remove(KEY + id);
    this.flush();
  }

  giveUp(id) {
    const frame = this.waiting.get(id);
    this.tries.delete(id);
    this.done(id);
    this.told(id, "failed", frame);
  }
}
