// The line to the service: a WebSocket, or plain requests where that is blocked. The same frames.
const FIRST_DELAY = 1000, LONGEST_DELAY = 30000, WELCOME_WITHIN = 9000, POLL_WITHIN = 45000, POLLED_LONG = 300000;

class Line {
  // hello() gives the first frame; take(frame) gets each; up(bool) hears that it is there, or lost.
  constructor(hello, take, up) {
    Object.assign(this, { hello, take, up, delay: FIRST_DELAY, turn: 0 });
  }

  open() {
    if (this.way) return;
    clearTimeout(this.again);
    this.socket(++this.turn);
  }

  // Try again at once: the browser says that there is a line, or the person comes back.
  hurry() {
    this.delay = FIRST_DELAY;
    this.open();
  }

  close() {
    clearTimeout(this.again);
    this.turn++;
    this.hangUp();
  }

  restart() {
    this.close();
    this.up(false);
    this.open();
  }

  hangUp() {
    const { way } = this;
    this.way = null;
    this.ready = false;
    if (way) way.close();
  }

  lost() {
    this.turn++;
    this.hangUp();
    this.up(false);
    this.again = setTimeout(() => this.open(), this.delay * (0.75 + Math.random() / 2));
    this.delay = Math.min(this.delay * 2, LONGEST_DELAY);
  }

  send(frame) { this.way.send(frame); }

  got(frame) {
    if (frame.type === "welcome") {
      this.ready = true;
      this.delay = FIRST_DELAY;
    }
    this.take(frame);
  }

  socket(turn) {
    const address = new URL("webhooks/web/socket", HOME);
    address.protocol = HOME.protocol === "https:" ? "wss:" : "ws:";
    let socket;
    try { socket = new WebSocket(address); } catch { return this.poll(turn); } // a policy forbids it
    const mine = () => turn === this.turn;
    const patience = setTimeout(() => socket.close(), WELCOME_WITHIN);
    this.way = { close: () => socket.close(), send: (frame) => socket.send(JSON.stringify(frame)) };
    socket.onopen = () => this.way.send(this.hello());
    socket.onmessage = (event) => {
      clearTimeout(patience);
      if (mine()) this.got(JSON.parse(event.data));
    };
    socket.onclose = () => {
      clearTimeout(patience);
      if (!mine()) return;
      if (this.ready) this.lost();
      else this.poll(turn);
    };
  }

  async poll(turn) {
    const controllers = new Set();
    let after = null;
    const mine = () => turn === this.turn;
    const ask = async (frames, wait) => {
      const controller = new AbortController();
      controllers.add(controller);
      const patience = setTimeout(() => controller.abort(), POLL_WITHIN);
      try {
        // A string is sent as plain text, which needs no question beforehand on another site's page.
        const response = await fetch(new URL("webhooks/web/poll", HOME), {
          method: "POST", body: JSON.stringify({ hello: this.hello(), frames, after, wait }),
          credentials: "omit", cache: "no-store", signal: controller.signal,
        });
        const answer = await response.json();
        if (!mine()) return;
        if (!answer.frames) return this.got(answer);
        after = Math.max(after || 0, answer.after);
        answer.frames.forEach((frame) => mine() && this.got(frame));
      } catch {
        if (mine()) this.lost();
      } finally {
        clearTimeout(patience);
        controllers.delete(controller);
      }
    };
    this.way = {
      close: () => controllers.forEach((controller) => controller.abort()),
      send: (frame) => ask([frame], false),
    };
    await ask([], false);
    const began = Date.now();
    while (mine() && this.ready) {
      await ask([], true);
      // Perhaps it was blocked for a moment only.
      if (mine() && Date.now() - began > POLLED_LONG) return this.restart();
    }
    if (mine() && this.way && !this.ready) this.lost();
  }
}
