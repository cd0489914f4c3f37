// What every page of the console does; pages work without it, as plain forms and links.
"use strict";

// A menu closes when something else is clicked, and on Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const close = event.target.closest("[data-close]");
  if (close) close.parentElement.remove();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// On a phone the row of pages is wider than the screen: the present one is shown.
document.addEventListener("DOMContentLoaded", () => {
  const here = document.querySelector(".pages [aria-current]");
  if (here) here.scrollIntoView({ block: "nearest", inline: "center" });
});

// <button data-confirm="Really?">: asks before its form is sent.
document.addEventListener("submit", (event) => {
  const words = event.submitter && event.submitter.dataset.confirm;
  if (words && !window.confirm(words)) event.preventDefault();
});

// <select data-submit>: sends its form when another choice is made.
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
});

// deskSay("words", "bad"): a message at the top, read out by screen readers.
window.deskSay = (words, kind = "good") => {
  const line = document.createElement("p");
  line.className = `flash ${kind}`;
  line.textContent = words;
  document.getElementById("flash").replaceChildren(line);
};
document.addEventListener("htmx:sendError", () => deskSay(document.body.dataset.offline, "bad"));
document.addEventListener("htmx:responseError", (event) => {
  // An error comes as a whole page, which belongs in no part of this one.
  deskSay(document.body.dataset.failed, "bad");
  event.preventDefault();
});
