// Reads the script's data- attributes and puts the chat on the page, unless the page has it already.
const ATTRIBUTES = { language: "language", accent: "accent", background: "background", scheme: "scheme", position: "position", title: "name", privacy: "privacy" };

const begin = () => {
  const floating = !document.querySelector("tawjih-chat");
  const chats = floating ? [make("tawjih-chat", { floating: "" })] : document.querySelectorAll("tawjih-chat");
  for (const chat of chats) {
    for (const [given, name] of Object.entries(ATTRIBUTES)) {
      if (SCRIPT.dataset[given] && !chat.hasAttribute(name)) chat.setAttribute(name, SCRIPT.dataset[given]);
    }
  }
  customElements.define("tawjih-chat", TawjihChat);
  if (floating) document.body.append(...chats);
};
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
