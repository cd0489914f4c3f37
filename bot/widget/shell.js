// The chat's frame: launcher, header, options, what is said before the first message, composer.
const buildShell = (inline) => {
  const parts = {
    avatar: make("span", { className: "avatar" }, icon(ICONS.chat)),
    heading: make("h2", { id: "heading", tabIndex: -1 }),
    machine: make("p", { className: "machine" }),
    options: iconButton("options", "options"),
    close: iconButton("close", "close"),
    menu: make("div", { className: "menu", id: "menu", hidden: true }),
    languages: [buildLanguages(), buildLanguages()],
    light: make("input", { type: "checkbox" }),
    lightWords: make("span"),
    privacy: [make("a", PRIVACY), make("a", PRIVACY)],
    forget: make("button", { type: "button", className: "plain" }),
    consent: make("div", { className: "consent" }),
    welcome: make("h3"),
    terms: make("p", { className: "terms" }),
    agree: make("button", { type: "button", className: "main" }),
    decline: make("button", { type: "button", className: "plain" }),
    note: make("p", { className: "note", role: "status" }),
    form: make("form", { hidden: true }),
    input: make("textarea", { rows: 1, maxLength: 2000, enterKeyHint: "send" }),
    attach: iconButton("clip", "attach"),
    file: make("input", { type: "file", hidden: true, multiple: true, accept: ".pdf,.docx,.odt,.txt,image/jpeg,image/png,image/webp,audio/*" }),
    send: make("button", { type: "submit", className: "icon send" }, icon(ICONS.send)),
    launcher: make("button", { type: "button", className: "launcher" }),
    launch: make("span", { className: "words" }),
    news: make("span", { className: "news", hidden: true }),
  };
  parts.options.setAttribute("aria-expanded", "false");
  parts.options.setAttribute("aria-controls", "menu");
  parts.menu.append(
    parts.languages[0], make("label", {}, parts.light, parts.lightWords), parts.privacy[0], parts.forget,
  );
  parts.consent.append(
    make("div", { className: "sheet" }, parts.languages[1], parts.welcome, parts.terms, parts.privacy[1],
      make("div", { className: "choice" }, parts.agree, !inline && parts.decline)),
  );
  parts.attach.hidden = true;
  parts.form.append(parts.attach, parts.file, parts.input, parts.send);
  parts.launcher.append(icon(ICONS.chat), parts.launch, parts.news);
  parts.launcher.setAttribute("aria-expanded", "false");
  parts.header = make("header", {}, parts.avatar, make("div", { className: "names" }, parts.heading, parts.machine),
    parts.options, !inline && parts.close);
  return parts;
};
const PRIVACY = { target: "_blank", rel: "noopener noreferrer", className: "link" };

const buildLanguages = () => make("div", { className: "languages", role: "group" },
  ...Object.entries(SETUP.languages).map(([code, { name }]) => {
    const button = make("button", { type: "button", textContent: name, lang: code });
    button.dataset.code = code;
    return button;
  }));

// Puts every word of one language in its place.
const speakShell = (parts, code, { name, privacy }) => {
  const { words } = SETUP.languages[code];
  parts.heading.textContent = name || SETUP.languages[code].service;
  parts.machine.textContent = words.machine;
  parts.lightWords.textContent = words.light;
  parts.forget.textContent = words.forget;
  parts.welcome.textContent = words.welcome;
  parts.terms.textContent = words.consent;
  parts.agree.textContent = words.agree;
  parts.decline.textContent = words.decline;
  parts.launch.textContent = words.open;
  parts.news.replaceChildren(make("span", { className: "unseen", textContent: words.news }));
  parts.input.placeholder = words.write;
  const labels = { options: words.options, close: words.close, input: words.write, send: words.send, attach: words.attach };
  for (const [part, label] of Object.entries(labels)) parts[part].setAttribute("aria-label", label);
  for (const link of parts.privacy) {
    link.href = (privacy && safeUrl(privacy)) || SETUP.privacy;
    link.replaceChildren(words.privacy, make("span", { className: "unseen", textContent: ` ${words.elsewhere}` }));
  }
  for (const group of parts.languages) {
    group.setAttribute("aria-label", words.language);
    for (const button of group.children) button.setAttribute("aria-pressed", String(button.dataset.code === code));
  }
};
