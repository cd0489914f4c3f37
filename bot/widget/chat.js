// <tawjih-chat>: the chat, as one custom element. It speaks the frames of docs/channels/web.md.
const DAY = 24 * 3600 * 1000;
const session = {
  read() { try { return sessionStorage.getItem("tawjih.open"); } catch { return null; } },
  write(on) { try { on ? sessionStorage.setItem("tawjih.open", "1") : sessionStorage.removeItem("tawjih.open"); } catch { /* closed after a reload */ } },
};

class TawjihChat extends Conversation {
  connectedCallback() {
    if (!this.root) this.build();
    this.listening = new AbortController();
    const { signal } = this.listening;
    addEventListener("online", () => this.agreed && this.line.hurry(), { signal });
    addEventListener("storage", (event) => this.heard(event), { signal });
    addEventListener("hashchange", () => location.hash === "#tawjih" && this.open(), { signal });
    this.night.addEventListener("change", () => this.paint(), { signal });
    this.narrow.addEventListener("change", () => this.modal(), { signal });
    if (this.inline || session.read() || location.hash === "#tawjih") this.open(false);
    // Who wrote lately may be waiting for a counsellor: they are told on every page of the site.
    else if (this.agreed && Date.now() - storage.read("last") < DAY) this.line.open();
  }

  disconnectedCallback() {
    this.listening.abort();
    this.line.close();
  }

  get agreed() { return Boolean(storage.read("agreed")); }

  get words() { return SETUP.languages[this.language].words; }

  // --- What it looks like

  build() {
    this.inline = !this.hasAttribute("floating");
    this.night = matchMedia("(prefers-color-scheme: dark)");
    this.narrow = matchMedia("(max-width: 30em), (max-height: 32em)");
    this.log = new Log((payload, title) => this.press(payload, title), (frame) => (frame.file ? this.bring(frame) : this.post(frame)));
    this.outbox = new Outbox((frame) => this.transmit(frame), (id, state, frame) => this.log.state(id, state, frame));
    this.line = new Line(() => this.hello(), (frame) => this.take(frame), (up) => up || this.lost());
    this.log.light = storage.read("light") ?? Boolean(navigator.connection && navigator.connection.saveData);
    const parts = this.parts = buildShell(this.inline);
    this.frame = make("section", { className: "chat", id: "chat", hidden: !this.inline, "aria-labelledby": "heading" },
      parts.header, parts.menu, this.log.box, parts.consent, parts.note, parts.form);
    this.root = make("div", { className: `root ${this.inline ? "inline" : "floating"}` }, this.frame, !this.inline && parts.launcher);
    this.dress(this.attachShadow({ mode: "open" }));
    this.listen();
    this.paint();
    this.modal();
    this.speak(this.firstLanguage());
    this.show();
  }

  // A style sheet made by script is allowed where the page's policy forbids styles in its text.
  dress(shadow) {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      shadow.adoptedStyleSheets = [sheet];
    } catch { // Safari before 16.4
      shadow.append(make("style", { textContent: STYLE }));
    }
    shadow.append(this.root);
  }

  paint() {
    const scheme = this.getAttribute("scheme");
    const dark = scheme ? scheme === "dark" : this.night.matches;
    const accent = known(this.getAttribute("accent")) || SETUP.accent;
    const colours = palette(accent, known(this.getAttribute("background")), dark);
    for (const [name, colour] of Object.entries(colours)) this.root.style.setProperty(`--${name}`, colour);
    this.root.style.colorScheme = blackOrWhite(colours.surface) === "#000000" ? "light" : "dark";
    const side = this.getAttribute("position") || (document.documentElement.dir === "rtl" ? "left" : "right");
    this.root.classList.toggle("left", side === "left");
  }

  modal() {
    if (this.inline) return;
    this.frame.setAttribute("role", "dialog");
    this.frame.setAttribute("aria-modal", String(this.narrow.matches));
  }

  firstLanguage() {
    const wishes = [storage.read("language"), this.getAttribute("language"), document.documentElement.lang, navigator.language];
    return wishes.map((wish) => (wish || "").split("-")[0].toLowerCase()).find((code) => SETUP.languages[code]) || SETUP.default;
  }

  speak(code) {
    if (!SETUP.languages[code]) return;
    this.language = code;
    if (this.agreed) storage.write("language", code);
    this.root.lang = code;
    this.root.dir = SETUP.languages[code].rtl ? "rtl" : "ltr";
    this.log.speak(this.words);
    speakShell(this.parts, code, { name: this.getAttribute("name"), privacy: this.getAttribute("privacy") });
    this.parts.launcher.setAttribute("aria-label", this.words.open);
    if (this.trouble) this.tell(this.trouble);
  }

  // Before the first message: what is kept, and whether that is fine. Then the conversation.
  show() {
    const { consent, form, forget } = this.parts;
    consent.hidden = this.agreed;
    forget.hidden = this.log.box.hidden = form.hidden = !this.agreed;
    this.parts.light.checked = this.log.light;
  }

  tell(trouble) {
    this.trouble = trouble;
    this.parts.note.textContent = trouble ? this.words[trouble] : "";
  }

  // --- What a person does

  listen() {
    const { parts, frame } = this;
    const on = (part, event, work) => part.addEventListener(event, work);
    on(parts.launcher, "click", () => this.open());
    on(parts.close, "click", () => this.close());
    on(parts.decline, "click", () => this.close());
    on(parts.agree, "click", () => this.agree());
    on(parts.options, "click", () => this.unfold(parts.menu.hidden));
    on(parts.forget, "click", () => this.forget());
    on(parts.light, "change", () => this.save(parts.light.checked));
    for (const group of parts.languages) for (const button of group.children) on(button, "click", () => this.chooseLanguage(button.dataset.code));
    on(parts.attach, "click", () => parts.file.click());
    on(parts.file, "change", () => { this.give(parts.file.files); parts.file.value = ""; });
    on(parts.form, "submit", (event) => { event.preventDefault(); this.submit(); });
    on(parts.input, "input", () => this.grow());
    on(parts.input, "keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.submit(); }
    });
    on(frame, "keydown", (event) => this.key(event));
    on(frame, "click", ({ target }) => parts.menu.contains(target) || parts.options.contains(target) || this.unfold(false));
    on(frame, "dragover", (event) => event.preventDefault());
    on(frame, "drop", (event) => { event.preventDefault(); this.give(event.dataTransfer.files); });
    on(frame, "paste", (event) => this.give(event.clipboardData.files) && event.preventDefault());
  }

  key(event) {
    if (event.key === "Escape" && !this.parts.menu.hidden) {
      this.unfold(false);
      this.parts.options.focus();
    } else if (event.key === "Escape" && !this.inline) this.close();
    else if (event.key === "Tab" && !this.inline) this.stayInside(event);
  }

  stayInside(event) {
    const all = [...this.frame.querySelectorAll("button:enabled, a[href], textarea, input, [tabindex='0']")].filter((one) => one.getClientRects().length);
    const [from, to] = event.shiftKey ? [all[0], all[all.length - 1]] : [all[all.length - 1], all[0]];
    const { activeElement } = this.shadowRoot;
    if (activeElement !== from && all.includes(activeElement)) return;
    event.preventDefault();
    to.focus();
  }

  open(focus = true) {
    this.frame.hidden = false;
    this.parts.news.hidden = this.parts.launcher.hidden = true;
    this.parts.launcher.setAttribute("aria-expanded", "true");
    if (this.agreed) {
      if (!this.inline) session.write(true);
      this.line.hurry();
      this.log.toEnd();
    }
    if (focus) this.focusInside();
  }

  // On a touch screen the keyboard would hide the conversation before it was read.
  focusInside() {
    const typing = this.agreed && matchMedia("(pointer: fine)").matches;
    (typing ? this.parts.input : this.parts.heading).focus();
  }

  close() {
    if (this.inline) return;
    this.frame.hidden = true;
    this.parts.launcher.hidden = false;
    this.parts.launcher.setAttribute("aria-expanded", "false");
    this.unfold(false);
    session.write(false);
    this.parts.launcher.focus();
  }

  unfold(on) {
    this.parts.menu.hidden = !on;
    this.parts.options.setAttribute("aria-expanded", String(on));
  }

  agree() {
    storage.write("agreed", new Date().toISOString());
    storage.write("language", this.language);
    this.accepted();
    this.focusInside();
  }

  accepted() {
    this.show();
    if (this.frame.hidden) return;
    this.log.dots(true);
    this.open(false);
  }

  save(on) {
    this.log.light = on;
    if (this.agreed) storage.write("light", on);
  }

  forget() {
    storage.clear();
    this.reset();
    if (this.inline) this.parts.heading.focus();
    else this.close();
  }

  reset() {
    this.line.close();
    this.outbox.clear();
    this.log.clear();
    this.identity = this.greeted = null;
    this.tell("");
    this.unfold(false);
    this.show();
  }

  // --- Files: taken while a counsellor is awaited or there

  takes(most) {
    this.most = most || 0;
    this.parts.attach.hidden = !most;
  }

  give(files) {
    if (!files.length) return false;
    if (!this.agreed) return true;
    if (!this.most) this.log.reveal(this.log.say(this.words.no_files));
    else for (const file of files) this.bring({ id: newId(), file });
    return true;
  }

  async bring(frame) {
    const { id, file } = frame;
    if (file.size > this.most) return this.log.reveal(this.log.say(this.words.too_large));
    storage.write("last", Date.now());
    this.log.showOwn(id, `📎 ${file.name}`);
    this.log.state(id, "sending");
    this.log.toEnd();
    const body = new FormData();
    body.set("visitor", storage.read("visitor"));
    body.set("id", id);
    body.set("file", file);
    try {
      const response = await fetch(new URL("webhooks/web/file", HOME), { method: "POST", body, credentials: "omit", cache: "no-store" });
      const answer = await response.json();
      if (answer.reason === "too_large") this.log.reveal(this.log.say(this.words.too_large));
      if (answer.type !== "received") throw answer;
      this.log.state(id, "");
      this.on_received(answer);
    } catch { this.log.state(id, "failed", frame); }
    return null;
  }

  submit() {
    if (this.say(this.parts.input.value)) { this.parts.input.value = ""; this.grow(); }
    this.parts.input.focus();
  }

  grow() {
    const { input } = this.parts;
    input.dir = input.value ? "auto" : ""; // an empty box reads as its placeholder
    input.style.blockSize = "auto";
    input.style.blockSize = `${input.scrollHeight + 2}px`;
  }

  /** Send `text` as if the person had typed it, once they have agreed; whether there is anything to send. */
  say(text) {
    if (!text.trim()) return false;
    if (this.agreed) this.post({ type: "text", id: newId(), text: text.trim() });
    else {
      this.draft = text;
      this.open();
    }
    return true;
  }

  press(payload, title) { this.post({ type: "button", id: newId(), payload, title }); }

  chooseLanguage(code) {
    this.speak(code);
    this.unfold(false);
    if (this.agreed) this.press(`/change_language{"language":"${code}"}`, SETUP.languages[code].name);
    this.dispatchEvent(new CustomEvent("tawjih-language", { detail: code }));
  }

  post(frame) {
    storage.write("last", Date.now());
    this.log.showOwn(frame.id, frame.text || frame.title);
    this.log.state(frame.id, "");
    this.outbox.add(frame);
    this.log.toEnd();
  }
}
