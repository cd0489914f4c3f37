// The view of the team: drawn anew when something happens, not while somebody chooses in it.
"use strict";
(() => {
  const live = document.getElementById("live");
  const choosing = () =>
    live.contains(document.activeElement) || [...live.querySelectorAll("select")].some((one) => one.value);

  let missed = false;
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target !== live || !choosing()) return;
    event.preventDefault();
    missed = true;
  });
  // What happened meanwhile is seen as soon as nobody chooses any more.
  live.addEventListener("focusout", () => setTimeout(() => { if (missed && !choosing()) look(); }));

  // Many things that happen at once are one look.
  let due = null;
  const look = () => {
    due ??= setTimeout(() => { due = null; missed = false; htmx.trigger(live, "news"); }, 300);
  };

  let broken = false, reopen = null;
  const stream = new EventSource(live.dataset.stream);
  stream.addEventListener("look", look);
  stream.addEventListener("hello", () => {
    if (broken) document.getElementById("flash").replaceChildren();
    broken = false;
    live.dataset.live = "yes";
    look();
  });
  stream.addEventListener("error", () => {
    live.dataset.live = "no";
    if (!broken) deskSay(document.body.dataset.offline, "bad");
    broken = true;
    // A browser gives up for good when it was answered with an error: the page begins again.
    if (stream.readyState === EventSource.CLOSED) reopen ??= setTimeout(() => location.reload(), 5000);
  });
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
