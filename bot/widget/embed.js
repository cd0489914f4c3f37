// The page that shows a web site how to hold the chat: the line to copy, and the chat as it makes it.
"use strict";
(() => {
  const form = document.getElementById("setup"), code = document.getElementById("code"), copy = document.getElementById("copy");
  const own = document.body.dataset.accent;
  document.documentElement.style.setProperty("--accent", own);

  const escaped = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

  const chosen = () => [...new FormData(form)].filter(([name, value]) => value && !(name === "accent" && value === own));

  const write = () => {
    const attributes = chosen().map(([name, value]) => ` data-${name}="${escaped(value)}"`).join("");
    code.textContent = `<script src="${new URL("widget.js", location.href)}"${attributes} defer></` + "script>";
  };

  const show = () => {
    const old = document.querySelector("tawjih-chat"), chat = document.createElement("tawjih-chat");
    chat.setAttribute("floating", "");
    for (const [name, value] of chosen()) chat.setAttribute(name === "title" ? "name" : name, value);
    if (old) old.replaceWith(chat);
  };

  form.addEventListener("input", write);
  form.addEventListener("change", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  copy.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(code.textContent); } catch { getSelection().selectAllChildren(code); return; }
    copy.textContent = copy.dataset.done;
  });
  write();
})();
