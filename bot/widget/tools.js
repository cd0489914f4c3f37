// Small things that the other parts use.
const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter(Boolean));
  return element;
};

const icon = (path) => {
  const [svg, line] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
};
const ICONS = {
  chat: "M4 3h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H9.5L5 21.6V18H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm3 5.2v1.6h10V8.2zm0 3.6v1.6h7v-1.6z",
  close: "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z",
  options: "M12 4a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm0 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm0 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
  clip: "M17.6 6.6v9.9a5.6 5.6 0 0 1-11.2 0V5.6a3.8 3.8 0 0 1 7.6 0v9.9a2 2 0 0 1-4 0V6.6h1.8v8.9a.2.2 0 0 0 .4 0V5.6a2 2 0 0 0-4 0v10.9a3.8 3.8 0 0 0 7.6 0V6.6z",
  send: "M3 20.5v-6.6l9-1.9-9-1.9V3.5l19 8.5z",
};
const iconButton = (name, className) => make("button", { type: "button", className: `icon ${className}` }, icon(ICONS[name]));

// Storage can be forbidden (private windows, settings): the chat then lasts as long as the page.
const storage = {
  memory: new Map(),
  read(key) {
    try { return JSON.parse(localStorage.getItem(`tawjih.${key}`)); } catch { return this.memory.get(key) ?? null; }
  },
  write(key, value) {
    this.memory.set(key, value);
    try { localStorage.setItem(`tawjih.${key}`, JSON.stringify(value)); } catch { /* see above */ }
  },
  remove(key) {
    this.memory.delete(key);
    try { localStorage.removeItem(`tawjih.${key}`); } catch { /* see above */ }
  },
  keys() {
    let kept = [];
    try { kept = Object.keys(localStorage).filter((key) => key.startsWith("tawjih.")).map((key) => key.slice(7)); } catch { /* see above */ }
    return [...new Set([...kept, ...this.memory.keys()])];
  },
  clear() { this.keys().forEach((key) => this.remove(key)); },
};

const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const safeUrl = (text) => {
  try {
    const url = new URL(text, HOME);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch { return null; }
};

const linkTo = (url, text, hint, className = "") =>
  make("a", { href: url, className, target: "_blank", rel: "noopener noreferrer" }, text,
    make("span", { className: "unseen", textContent: ` ${hint}` }));

// Text with its web addresses as links; everything else stays text.
const linked = (text, hint) => text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/).map((part, at) => {
  if (!(at % 2)) return part;
  const link = linkTo(part, part, hint);
  link.dir = "ltr";
  return link;
});
