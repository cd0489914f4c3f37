// The demo page around the chat: example phrases, and its own texts in the chat's language.
"use strict";
(() => {
  const chat = document.querySelector("tawjih-chat");
  document.documentElement.style.setProperty("--accent", document.body.dataset.accent);

  for (const button of document.querySelectorAll(".examples button")) {
    button.addEventListener("click", () => chat.say(button.textContent));
  }

  // The language is switched in the chat; the page follows with the server's own texts.
  chat.addEventListener("tawjih-language", async (event) => {
    const address = `/?lang=${encodeURIComponent(event.detail)}`;
    const response = await fetch(address).catch(() => null);
    if (!response || !response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const element of document.querySelectorAll("[data-text]")) {
      const key = element.dataset.text;
      const other = page.querySelector(`[data-text="${key}"]`);
      element.textContent = other.textContent;
      if (element.href) element.href = other.href;
    }
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    document.documentElement.dir = page.documentElement.dir;
    history.replaceState(null, "", address);
  });
})();
