// <tawjih-chat language="fr" accent="#0b6e4f" name="…">: the chat, as one custom element.
// Speaks the web channel's frames (docs/channels/web.md) with the server this file came from.
"use strict";
(() => {
  const HOME = new URL(document.currentScript.src);
  const FIRST_DELAY = 1000, LONGEST_DELAY = 30000, TICK_WITHIN = 10000, MOST_TRIES = 5;

  const WORDS = {
    fr: {
      name: "Français", short: "FR", machine: "Assistant numérique", languages: "Langue",
      log: "Conversation", write: "Écrivez votre message", send: "Envoyer", typing: "Une réponse se prépare",
      offline: "Pas de connexion. Ce que vous écrivez est gardé et partira à son retour.",
      unsent: "Gardé, pas encore envoyé", failed: "N'a pas pu être envoyé", late: "Gardé, la réponse viendra",
      open: "Voir l'annonce", demo: "Démo", image: "Image",
    },
    en: {
      name: "English", short: "EN", machine: "Digital assistant", languages: "Language",
      log: "Conversation", write: "Write your message", send: "Send", typing: "An answer is being prepared",
      offline: "No connection. What you write is kept and sent when it is back.",
      unsent: "Kept, not sent yet", failed: "Could not be sent", late: "Kept, the answer comes later",
      open: "See the listing", demo: "Demo", image: "Image",
    },
    ar: {
      rtl: true, name: "العربية", short: "ع", machine: "مساعد رقمي", languages: "اللغة",
      log: "المحادثة", write: "اكتب رسالتك", send: "إرسال", typing: "الجواب قيد التحضير",
      offline: "لا يوجد اتصال. ما تكتبه محفوظ وسيُرسل عند عودة الاتصال.",
      unsent: "محفوظة ولم تُرسل بعد", failed: "تعذّر الإرسال", late: "محفوظة والجواب سيأتي",
      open: "عرض الإعلان", demo: "تجريبي", image: "صورة",
    },
  };

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children.filter(Boolean));
    return element;
  };

  // Storage can be forbidden (private windows, settings): the chat then lasts as long as the page.
  const storage = {
    read(key) { try { return JSON.parse(localStorage.getItem(`tawjih.${key}`)); } catch { return null; } },
    write(key, value) { try { localStorage.setItem(`tawjih.${key}`, JSON.stringify(value)); } catch { /* lasts as long as the page */ } },
  };

  const newId = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const safeUrl = (text) => {
    try {
      const url = new URL(text, HOME);
      return ["http:", "https:"].includes(url.protocol) ? url.href : null;
    } catch { return null; }
  };

  const linkTo = (url, text, className = "") =>
    make("a", { href: url, textContent: text, className, target: "_blank", rel: "noopener noreferrer" });

  // Text with its web addresses as links; everything else stays text.
  const linked = (text) => text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/).map((part, at) =>
    at % 2 ? Object.assign(linkTo(part, part), { dir: "ltr" }) : part);

  // Cards say it better than the plain list that a message carries for clients without cards.
  const heading = (text) => {
    const lines = text.split("\n");
    const list = lines.findIndex((line) => /^\s*(\p{Nd}+[.)]|[-•–*])\s/u.test(line));
    return (list < 0 ? lines : lines.slice(0, list)).join("\n").trim();
  };

  // The accent comes from the deployment: see that text on it, and in it, can be read.
  const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const mixed = (colour, to, share) =>
    `rgb(${channels(colour).map((value) => Math.round(value + (to - value) * share)).join(" ")})`;

  class TawjihChat extends HTMLElement {
    constructor() {
      super();
      this.attachShadow({ mode: "open" });
      this.shown = new Set(); // own messages in the log
      this.answered = new Set(); // own messages with their answer in the log
      this.open = new Set(); // own messages that the server has and an answer is awaited for
      this.groups = new Map(); // own messages: their elements
      this.outbox = new Map((storage.read("outbox") || []).map((frame) => [frame.id, frame]));
      this.tries = new Map();
      this.delay = FIRST_DELAY;
      this.language = "fr";
    }

    connectedCallback() {
      if (!this.log) this.build();
      this.connect();
      this.onLine = () => { this.delay = FIRST_DELAY; this.connect(); };
      addEventListener("online", this.onLine);
    }

    disconnectedCallback() {
      removeEventListener("online", this.onLine);
      clearTimeout(this.again);
      const socket = this.socket;
      this.socket = null;
      if (socket) socket.close();
    }

    // --- What it looks like

    build() {
      this.title_ = make("h2", { textContent: "Tawjih" });
      this.machine = make("p", { className: "machine" });
      this.languages = make("div", { className: "languages" }, ...Object.keys(WORDS).map((code) => this.languageButton(code)));
      this.languages.setAttribute("role", "group");
      this.log = make("div", { className: "log", tabIndex: 0 });
      this.log.setAttribute("role", "log");
      this.log.setAttribute("aria-live", "polite");
      this.note = make("p", { className: "note", hidden: true });
      this.note.setAttribute("role", "status");
      this.input = make("textarea", { rows: 1, maxLength: 2000, enterKeyHint: "send" });
      this.sendButton = make("button", { type: "submit", className: "send" });
      this.sendButton.innerHTML = '<svg viewBox="0 0 24 24" aria-hidden="true"><path fill="currentColor" d="M3 20.5v-6.6l9-1.9-9-1.9V3.5l19 8.5z"/></svg>';
      const form = make("form", {}, this.input, this.sendButton);
      form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
      this.input.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.submit(); }
      });
      this.input.addEventListener("input", () => this.grow());
      const header = make("header", {}, make("div", {}, this.title_, this.machine), this.languages);
      this.frame = make("section", { className: "chat", hidden: true }, header, this.log, this.note, form);
      const style = make("link", { rel: "stylesheet", href: new URL("widget.css", HOME).href });
      style.onload = style.onerror = () => { this.frame.hidden = false; if (this.shown.size) this.toEnd(); };
      this.shadowRoot.append(style, this.frame);
      this.colour(this.getAttribute("accent"));
      this.speak(this.getAttribute("language"));
    }

    languageButton(code) {
      const { name, short } = WORDS[code];
      const button = make("button", { type: "button", textContent: short, lang: code, title: name });
      button.setAttribute("aria-label", name);
      button.dataset.code = code;
      button.addEventListener("click", () => this.chooseLanguage(code));
      return button;
    }

    colour(accent) {
      if (!/^#[0-9a-f]{6}$/i.test(accent || "")) return;
      this.style.setProperty("--accent", accent);
      this.style.setProperty("--on-accent", luminance(accent) > 0.179 ? "#000" : "#fff");
      this.style.setProperty("--accent-light", mixed(accent, 255, 0.6));
    }

    speak(code) {
      if (!WORDS[code]) return;
      this.language = code;
      const words = this.words = WORDS[code];
      this.frame.lang = code;
      this.frame.dir = words.rtl ? "rtl" : "ltr";
      this.machine.textContent = words.machine;
      this.frame.setAttribute("aria-label", this.getAttribute("name") || words.log);
      this.languages.setAttribute("aria-label", words.languages);
      this.log.setAttribute("aria-label", words.log);
      this.input.placeholder = words.write;
      this.input.setAttribute("aria-label", words.write);
      this.sendButton.setAttribute("aria-label", words.send);
      this.note.textContent = words.offline;
      for (const button of this.languages.children) {
        button.setAttribute("aria-pressed", String(button.dataset.code === code));
      }
    }

    grow() {
      this.input.dir = this.input.value ? "auto" : ""; // an empty box reads as its placeholder
      this.input.style.blockSize = "auto";
      this.input.style.blockSize = `${this.input.scrollHeight + 2}px`;
    }

    toEnd() { this.log.scrollTop = this.log.scrollHeight; }

    // A long answer is read from its start: scroll to the end, but not past its first line.
    reveal(element) {
      this.log.scrollTop = Math.min(this.log.scrollHeight, element.offsetTop - 72);
    }

    // --- What a person does

    submit() {
      if (this.say(this.input.value)) { this.input.value = ""; this.grow(); }
      this.input.focus();
    }

    /** Send `text` as if the person had typed it; whether there was anything to send. */
    say(text) {
      if (!text.trim()) return false;
      this.post({ type: "text", id: newId(), text: text.trim() });
      return true;
    }

    press(payload, title) { this.post({ type: "button", id: newId(), payload, title }); }

    chooseLanguage(code) {
      this.speak(code);
      this.press(`/change_language{"language":"${code}"}`, WORDS[code].name);
      this.dispatchEvent(new CustomEvent("tawjih-language", { detail: code }));
    }

    post(frame) {
      for (const button of this.log.querySelectorAll(".quick button")) button.disabled = true;
      this.outbox.set(frame.id, frame);
      this.keep();
      this.showOwn(frame.id, frame.text || frame.title);
      if (!this.note.hidden) this.state(frame.id, this.words.unsent);
      this.toEnd();
      this.flush();
    }

    keep() { storage.write("outbox", [...this.outbox.values()]); }

    // --- The line to the server

    connect() {
      if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
      clearTimeout(this.again);
      const address = new URL("webhooks/web/socket", HOME);
      address.protocol = HOME.protocol === "https:" ? "wss:" : "ws:";
      const socket = this.socket = new WebSocket(address);
      socket.onopen = () => this.transmit({ type: "hello", visitor: storage.read("visitor"), language: this.language, agreed: true });
      socket.onmessage = (event) => { if (socket === this.socket) this.take(JSON.parse(event.data)); };
      socket.onclose = () => { if (socket === this.socket) this.lost(); };
    }

    lost() {
      this.ready = false;
      clearTimeout(this.tick);
      this.note.hidden = false;
      this.dots(false);
      this.outbox.forEach((_, id) => this.state(id, this.words.unsent));
      this.again = setTimeout(() => this.connect(), this.delay * (0.75 + Math.random() / 2));
      this.delay = Math.min(this.delay * 2, LONGEST_DELAY);
    }

    transmit(frame) { this.socket.send(JSON.stringify(frame)); }

    // One at a time and in order: the next goes out when the server has the one before.
    flush() {
      const next = this.outbox.values().next().value;
      if (!next) return;
      if (!this.ready || this.sending === next.id) return;
      const tries = (this.tries.get(next.id) || 0) + 1;
      this.tries.set(next.id, tries);
      if (tries > MOST_TRIES) return this.giveUp(next.id);
      this.sending = next.id;
      this.transmit(next);
      this.tick = setTimeout(() => this.socket.close(), TICK_WITHIN);
    }

    giveUp(id) {
      this.outbox.delete(id);
      this.keep();
      this.state(id, this.words.failed);
      this.flush();
    }

    take(frame) {
      const handlers = { welcome: "welcome", received: "received", typing: "typing", reply: "reply", error: "error" };
      const handler = handlers[frame.type];
      if (handler) this[`on_${handler}`](frame);
    }

    on_welcome(frame) {
      if (frame.visitor !== storage.read("visitor")) storage.write("visitor", frame.visitor);
      this.delay = FIRST_DELAY;
      this.note.hidden = true;
      this.speak(frame.language);
      this.log.setAttribute("aria-live", "off"); // what was said before is not news
      if (frame.greeting && !this.greeted) { this.greeted = true; this.showTheirs([frame.greeting]); }
      frame.history.forEach((item) => this.remember(item));
      this.outbox.forEach((own) => this.showOwn(own.id, own.text || own.title));
      if (this.shown.size) this.toEnd();
      requestAnimationFrame(() => this.log.setAttribute("aria-live", "polite"));
      this.ready = true;
      this.sending = null;
      this.flush();
    }

    remember(item) {
      if (item.from === "service") return this.answer(item.to, item.messages);
      this.showOwn(item.id, item.text);
      this.outbox.delete(item.id);
      this.keep();
      this.state(item.id, item.waiting ? this.words.late : "");
    }

    on_received({ id }) {
      clearTimeout(this.tick);
      this.sending = null;
      this.outbox.delete(id);
      this.keep();
      this.state(id, "");
      if (!this.answered.has(id)) this.open.add(id);
      this.flush();
    }

    on_typing() { this.dots(this.open.size > 0); }

    on_reply(frame) {
      this.speak(frame.language);
      this.open.delete(frame.to);
      this.dots(false);
      if (frame.slow) {
        this.state(frame.to, this.words.late);
        this.reveal(this.showTheirs(frame.messages));
      } else {
        const group = this.answer(frame.to, frame.messages);
        this.state(frame.to, "");
        if (group) this.reveal(group);
      }
      this.dots(this.open.size > 0);
    }

    on_error({ reason }) {
      // The server could not keep the message just now: come again later, with the same id.
      if (reason === "unavailable") return this.socket.close();
      const id = this.sending;
      clearTimeout(this.tick);
      this.sending = null;
      if (id) this.giveUp(id);
    }

    // --- The log

    showOwn(id, text) {
      if (this.shown.has(id)) return;
      this.shown.add(id);
      const state = make("span", { className: "state" });
      const group = make("div", { className: "group own" }, make("p", { className: "bubble", dir: "auto", textContent: text }), state);
      this.groups.set(id, state);
      this.append(group);
    }

    state(id, words) {
      const element = this.groups.get(id);
      if (element) element.textContent = words;
    }

    answer(to, messages) {
      if (this.answered.has(to)) return null;
      this.answered.add(to);
      return this.showTheirs(messages);
    }

    showTheirs(messages) {
      for (const button of this.log.querySelectorAll(".quick button")) button.disabled = true;
      const group = make("div", { className: "group" }, ...messages.flatMap((message) => this.parts(message)));
      this.append(group);
      return group;
    }

    append(element) {
      this.log.append(element);
      if (this.waiting) this.log.append(this.waiting); // the dots stay last
    }

    parts({ text = "", image, custom, buttons }) {
      const cards = (custom && custom.cards) || [];
      const words = cards.length ? heading(text) : text;
      return [
        words && make("p", { className: "bubble", dir: "auto" }, ...linked(words)),
        image && this.picture(image),
        cards.length && make("ul", { className: "cards" }, ...cards.map((card) => make("li", { className: "card" }, ...this.card(card)))),
        buttons && buttons.length && this.buttons(buttons, "quick"),
      ].filter(Boolean);
    }

    // A picture from elsewhere would tell elsewhere who reads: it is a link, ours is shown.
    picture(address) {
      const url = safeUrl(address);
      if (!url) return null;
      const own = new URL(url).origin === HOME.origin;
      const inner = own ? make("img", { src: url, alt: this.words.image, loading: "lazy" }) : linkTo(url, this.words.image);
      return make("p", { className: "bubble" }, inner);
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
        url && linkTo(url, this.words.open, "link"),
        card.buttons && card.buttons.length && this.buttons(card.buttons, ""),
      ];
    }

    buttons(buttons, className) {
      return make("div", { className: `buttons ${className}` }, ...buttons.map(({ title, payload }) => {
        const button = make("button", { type: "button", dir: "auto", textContent: title });
        button.addEventListener("click", () => this.press(payload, title));
        return button;
      }));
    }

    dots(on) {
      if (on && !this.waiting) {
        this.waiting = make("div", { className: "group" },
          make("p", { className: "bubble dots" }, make("i"), make("i"), make("i"), make("span", { className: "hidden", textContent: this.words.typing })));
        this.log.append(this.waiting);
        this.toEnd();
      } else if (!on && this.waiting) {
        this.waiting.remove();
        this.waiting = null;
      }
    }
  }

  customElements.define("tawjih-chat", TawjihChat);
})();
