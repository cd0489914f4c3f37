// What was said: bubbles, cards, pictures, buttons.
const NEAR = 120;

class Log {
  // press(payload, title) hears a button; again(frame) a wish to send once more.
  constructor(press, again) {
    Object.assign(this, { press, again, own: new Map(), answered: new Set(), light: false });
    this.box = make("div", { className: "log", tabIndex: 0, role: "log", "aria-live": "polite" });
  }

  speak(words) {
    this.words = words;
    this.box.setAttribute("aria-label", words.log);
  }

  // What was said before is not news: it is not read out.
  quietly(work) {
    this.box.setAttribute("aria-live", "off");
    work();
    this.toEnd();
    requestAnimationFrame(() => this.box.setAttribute("aria-live", "polite"));
  }

  clear() {
    this.box.replaceChildren();
    this.own.clear();
    this.answered.clear();
    this.waiting = null;
  }

  toEnd() { this.box.scrollTop = this.box.scrollHeight; }

  isAtEnd() { return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < NEAR; }

  // A long answer is read from its start, with the question above it unless that is long as well.
  reveal(element) {
    const question = element.previousElementSibling;
    const first = question && question.offsetHeight < NEAR ? question : element;
    this.box.scrollTop = Math.min(this.box.scrollHeight, first.offsetTop - 12);
  }

  showOwn(id, text) {
    if (this.own.has(id)) return;
    const state = make("span", { className: "state" });
    this.own.set(id, state);
    this.spend();
    this.append(make("div", { className: "group own" }, make("p", { className: "bubble", dir: "auto", textContent: text }), state));
  }

  state(id, name, frame) {
    const element = this.own.get(id);
    if (!element) return;
    element.textContent = name ? this.words[name] : "";
    if (!frame) return;
    const again = make("button", { type: "button", className: "again", textContent: this.words.again });
    again.addEventListener("click", () => this.again(frame));
    element.append(" ", again);
  }

  // One answer, unless it is here already; whether it was new.
  answer(to, last, messages) {
    const key = to ?? `#${last}`;
    if (this.answered.has(key)) return false;
    if (to || last) this.answered.add(key);
    const follow = this.isAtEnd() || this.own.has(to);
    const group = this.show(messages);
    if (follow) this.reveal(group);
    return true;
  }

  show(messages) {
    this.spend();
    const group = make("div", { className: "group" }, ...messages.flatMap((message) => this.parts(message)));
    this.append(group);
    return group;
  }

  // A word of the chat's own, which is no part of the conversation.
  say(text) {
    const group = make("div", { className: "group" }, make("p", { className: "bubble", textContent: text }));
    this.append(group);
    return group;
  }

  // Quick replies answer the last message: once something else is said they are spent.
  spend() {
    for (const button of this.box.querySelectorAll(".quick button")) button.disabled = true;
  }

  append(element) {
    this.box.append(element);
    if (this.waiting) this.box.append(this.waiting); // the dots stay last
  }

  dots(on) {
    if (on && !this.waiting) {
      this.waiting = make("div", { className: "group" }, make("p", { className: "bubble dots" },
        make("i"), make("i"), make("i"), make("span", { className: "unseen", textContent: this.words.typing })));
      this.box.append(this.waiting);
      this.toEnd();
    } else if (!on && this.waiting) {
      this.waiting.remove();
      this.waiting = null;
    }
  }

  parts({ text = "", image, custom, buttons }) {
    const cards = (custom && custom.cards) || [];
    const words = cards.length ? heading(text) : text;
    const person = custom && custom.counsellor;
    const file = custom && custom.file && safeUrl(custom.file.url);
    return [
      person && make("p", { className: "who", textContent: person.name || this.words.team, dir: "auto" }),
      words && make("p", { className: "bubble", dir: "auto" }, ...(file ? [linkTo(file, words, this.words.elsewhere)] : linked(words, this.words.elsewhere))),
      image && this.picture(image),
      cards.length && make("ul", { className: "cards", role: "list" }, ...cards.map((card) => make("li", { className: "card" }, ...this.card(card)))),
      buttons && buttons.length && this.buttons(buttons, "quick"),
    ].filter(Boolean);
  }

  // A picture from elsewhere would tell elsewhere who reads: it is a link, ours is shown.
  picture(address) {
    const url = safeUrl(address), { words } = this;
    if (!url) return null;
    const link = () => linkTo(url, words.picture, words.elsewhere, "link");
    const bubble = make("p", { className: "bubble" });
    const load = () => {
      const image = make("img", { alt: words.picture, loading: "lazy", src: url });
      image.addEventListener("error", () => image.replaceWith(link())); // the page may forbid it
      bubble.replaceChildren(image);
    };
    if (new URL(url).origin !== HOME.origin) bubble.append(link());
    else if (this.light) {
      const button = make("button", { type: "button", className: "again", textContent: words.show_picture });
      button.addEventListener("click", load);
      bubble.append(button);
    } else load();
    return bubble;
  }

  card(card) {
    // Each text keeps its own direction inside; all of them begin where the card begins.
    const isolated = (text) => make("bdi", { textContent: text });
    const line = (text, className) => text && make("p", { className }, isolated(text));
    const facts = [card.organisation, card.place].filter(Boolean).flatMap((fact) => [" · ", isolated(fact)]);
    const url = card.url && safeUrl(card.url);
    return [
      make("div", { className: "top" }, make("h3", {}, isolated(card.title)),
        card.demo && make("span", { className: "mark", textContent: this.words.demo })),
      line(card.original_title, "soft"),
      line(card.translated, "soft"),
      facts.length > 0 && make("p", { className: "facts" }, ...facts.slice(1)),
      line(card.when || card.contract, "soft"),
      line(card.reason, "reason"),
      card.buttons && card.buttons.length && this.buttons(card.buttons, ""),
      url && linkTo(url, this.words.listing, this.words.elsewhere, "link"),
    ];
  }

  buttons(buttons, className) {
    return make("div", { className: `buttons ${className}` }, ...buttons.map(({ title, payload }) => {
      const button = make("button", { type: "button", dir: "auto", textContent: title });
      button.addEventListener("click", () => this.press(payload, title));
      return button;
    }));
  }
}

// Cards say it better than the plain list that a message carries for clients without cards.
const heading = (text) => {
  const lines = text.split("\n");
  const list = lines.findIndex((line) => /^\s*(\p{Nd}+[.)]|[-•–*])\s/u.test(line));
  return (list < 0 ? lines : lines.slice(0, list)).join("\n").trim();
};
