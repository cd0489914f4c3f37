// The conversation: with the service, and with the other tabs of the same site.
const FRAMES = ["welcome", "missed", "received", "typing", "reply", "error"];
const identityIn = (visitor) => visitor.split(".")[0];

class Conversation extends HTMLElement {
  expected = new Set(); // own messages that the service has and an answer is awaited for

  // --- Other tabs of the same site

  heard({ key, newValue }) {
    const name = key && key.startsWith("tawjih.") ? key.slice(7) : null;
    if (key === null || (name === "agreed" && !newValue)) return this.reset();
    if (name === "agreed") return this.accepted();
    // Two tabs that began at once: what stands in the storage counts, for both.
    if (name === "visitor" && newValue && this.line.ready && identityIn(storage.read("visitor") || "") !== this.identity) return this.line.restart();
    if (!name || !name.startsWith(KEY)) return null;
    if (!newValue) return this.outbox.done(name.slice(KEY.length));
    const { frame } = JSON.parse(newValue);
    this.log.showOwn(frame.id, frame.text || frame.title);
    return this.log.toEnd();
  }

  // --- What the service says

  hello() {
    this.sent = storage.read("visitor");
    return { type: "hello", visitor: this.sent, language: this.language, agreed: this.agreed };
  }

  transmit(frame) {
    this.line.send(frame);
    this.outbox.expect(() => this.line.lost());
  }

  lost() {
    this.outbox.stop();
    this.log.dots(false);
    this.tell("offline");
  }

  take(frame) {
    if (FRAMES.includes(frame.type)) this[`on_${frame.type}`](frame);
  }

  on_welcome(frame) {
    const identity = identityIn(frame.visitor), stored = storage.read("visitor");
    if (stored && stored !== this.sent && identityIn(stored) !== identity) return this.line.restart();
    storage.write("visitor", frame.visitor);
    if (this.identity && this.identity !== identity) {
      this.log.clear();
      this.greeted = false;
    }
    this.identity = identity;
    this.tell("");
    this.log.dots(false);
    this.speak(frame.language);
    this.takes(frame.files);
    this.log.quietly(() => {
      if (frame.greeting && !this.greeted) { this.greeted = true; this.log.show([frame.greeting]); }
      frame.history.forEach((item) => this.remember(item));
      this.outbox.load().forEach((own) => this.log.showOwn(own.id, own.text || own.title));
    });
    this.outbox.start();
    if (this.draft) this.say(this.draft);
    this.draft = null;
    return null;
  }

  on_missed(frame) {
    this.takes(frame.files);
    frame.history.forEach((item) => this.remember(item));
  }

  remember(item) {
    if (item.from === "service") return this.log.answer(item.to, item.last, item.messages);
    this.log.showOwn(item.id, item.text);
    this.outbox.done(item.id);
    return this.log.state(item.id, item.waiting ? "late" : "");
  }

  on_received({ id, quiet }) {
    if (quiet) { // a person reads it, and writes when they do
      this.expected.clear();
      this.log.dots(false);
    } else if (!this.log.answered.has(id)) this.expected.add(id);
    this.outbox.done(id);
  }

  on_typing() { this.log.dots(this.expected.size > 0); }

  on_reply(frame) {
    this.speak(frame.language);
    if ("files" in frame) this.takes(frame.files);
    this.expected.delete(frame.to);
    this.log.dots(false);
    if (frame.slow) {
      this.log.state(frame.to, "late");
      this.log.reveal(this.log.show(frame.messages));
    } else if (this.log.answer(frame.to, frame.last, frame.messages)) {
      this.log.state(frame.to, "");
    }
    this.log.dots(this.expected.size > 0);
    if (this.frame.hidden) this.announce();
  }

  announce() {
    this.parts.news.hidden = false;
    this.parts.launcher.setAttribute("aria-label", `${this.words.open} ${this.words.news}`);
  }

  on_error({ reason }) {
    if (reason === "origin") {
      this.line.close();
      this.tell("unavailable");
      console.warn(`tawjih: ${location.origin} is not in WEB_ORIGINS`);
    } else if (reason === "unavailable" || !this.outbox.sending) {
      // The service could not keep the message just now: come again later, with the same id.
      this.outbox.putOff();
      this.line.lost();
    } else this.outbox.giveUp(this.outbox.sending);
  }
}
