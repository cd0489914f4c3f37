// What is live: the list, its sound and the page's title, being here, shortcuts.
"use strict";
(() => {
  const list = document.getElementById("list");
  const body = document.body;
  const token = JSON.parse(body.getAttribute("hx-headers") || "{}")["X-CSRF-Token"];
  const title = document.title;
  const kept = (name, value) => {
    try {
      if (value !== undefined) localStorage.setItem(name, value);
      return localStorage.getItem(name);
    } catch { return null; } // storage is switched off
  };

  // deskAsk: a part of a page, or a form sent; where the session is over, the page goes to sign in.
  window.deskAsk = async (address, fields) => {
    const file = fields instanceof FormData; // it takes its time on a slow line
    const asked = { headers: { "HX-Request": "true", "X-CSRF-Token": token }, signal: AbortSignal.timeout(file ? 300000 : 30000) };
    if (fields) Object.assign(asked, { method: "POST", body: file ? fields : new URLSearchParams(fields) });
    const response = await fetch(address, asked);
    const elsewhere = response.headers.get("HX-Redirect");
    if (elsewhere) location.assign(elsewhere);
    return response;
  };

  // One look at a time, and never more than one a moment: what happens meanwhile is one more look.
  window.deskLook = (look, pause = 250) => {
    let busy = false, again = false;
    return async function run() {
      if (busy) { again = true; return; }
      busy = true;
      let wait = pause;
      // On a broken line it looks again until there is an answer.
      try { await look(); } catch { again = true; wait = 2000; }
      setTimeout(() => { busy = false; if (again) { again = false; run(); } }, wait);
    };
  };

  // Sound: two soft tones, made here. Browsers let them be heard after the first key or click.
  let ear = null;
  const wake = () => { ear = ear || new AudioContext(); if (ear.state === "suspended") ear.resume(); };
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, wake, { once: true });
  const ring = () => {
    body.dataset.rang = String(Number(body.dataset.rang || 0) + 1);
    if (!ear || ear.state !== "running" || kept("desk-sound") === "off") return;
    [660, 880].forEach((pitch, at) => {
      const tone = ear.createOscillator(), loud = ear.createGain();
      tone.frequency.value = pitch;
      loud.gain.setValueAtTime(0.08, ear.currentTime + at * 0.16);
      loud.gain.exponentialRampToValueAtTime(0.001, ear.currentTime + at * 0.16 + 0.3);
      tone.connect(loud).connect(ear.destination);
      tone.start(ear.currentTime + at * 0.16);
      tone.stop(ear.currentTime + at * 0.16 + 0.3);
    });
  };

  let calls = null;
  const heed = () => {
    const { waiting, unread } = document.getElementById("list-state").dataset;
    const now = { waiting: Number(waiting), unread: Number(unread) };
    const sum = now.waiting + now.unread;
    document.title = sum ? `(${sum}) ${title}` : title;
    if (calls && (now.waiting > calls.waiting || now.unread > calls.unread)) ring();
    calls = now;
  };

  let drawn = "";
  const lookAtList = deskLook(async () => {
    const response = await deskAsk(list.dataset.url);
    if (!response.ok || response.status === 204) return;
    const text = await response.text();
    if (text === drawn) return;
    const focused = list.contains(document.activeElement) ? document.activeElement.id : null;
    list.innerHTML = drawn = text; // the server has escaped what people wrote
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    heed();
  }, 400);
  if (list) {
    heed();
    setInterval(lookAtList, 60000); // "5 minutes ago" goes on
  }

  // News. After a line that broke, everything is looked up anew.
  let broken = false;
  const stream = new EventSource(body.dataset.stream);
  const all = () => { lookAtList(); document.dispatchEvent(new Event("desk:lines")); };
  stream.addEventListener("list", lookAtList);
  stream.addEventListener("lines", all);
  stream.addEventListener("hello", () => {
    if (broken) document.getElementById("flash").replaceChildren();
    broken = false;
    body.dataset.live = "yes";
    all();
  });
  let reopen = null;
  stream.addEventListener("error", () => {
    body.dataset.live = "no";
    if (!broken) deskSay(body.dataset.offline, "bad");
    broken = true;
    // A browser gives up for good when it was answered with an error: the page begins again.
    if (stream.readyState === EventSource.CLOSED && !reopen) {
      reopen = setTimeout(() => location.reload(), 5000);
    }
  });
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // Being here.
  const away = document.getElementById("away");
  const isAway = () => kept("desk-away") === "yes";
  const here = () => deskAsk(body.dataset.here, { status: isAway() ? "away" : "here" }).catch(() => {});
  const show = () => {
    away.setAttribute("aria-pressed", String(isAway()));
    document.getElementById("away-words").textContent = isAway() ? away.dataset.away : away.dataset.here;
  };
  away.addEventListener("click", () => { kept("desk-away", isAway() ? "no" : "yes"); show(); here(); });
  show();
  here();
  setInterval(here, 30000);

  // Shortcuts.
  const help = document.getElementById("shortcuts");
  const on = document.getElementById("keys-on"), sound = document.getElementById("sound-on");
  on.checked = kept("desk-keys") !== "off";
  sound.checked = kept("desk-sound") !== "off";
  on.addEventListener("change", () => kept("desk-keys", on.checked ? "on" : "off"));
  sound.addEventListener("change", () => kept("desk-sound", sound.checked ? "on" : "off"));
  document.getElementById("keys").addEventListener("click", () => help.showModal());
  help.addEventListener("click", (event) => { if (event.target === help) help.close(); });

  const named = { t: "take", r: "reply", n: "note", a: "answers", l: "listing", c: "close", g: "give_back", d: "details" };
  const letter = (event) => {
    if (/^[a-z/?]$/i.test(event.key)) return event.key.toLowerCase();
    // On an Arabic keyboard the same key stands for the same.
    return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key === "؟" ? "?" : "";
  };
  const step = (by) => {
    const threads = [...document.querySelectorAll(".thread")];
    if (!threads.length) return;
    const focused = threads.indexOf(document.activeElement);
    const at = focused >= 0 ? focused : threads.findIndex((one) => one.hasAttribute("aria-current"));
    threads[at < 0 ? 0 : Math.max(0, Math.min(threads.length - 1, at + by))].focus();
  };
  const use = (name) => {
    const found = document.querySelector(`[data-key="${name}"]`);
    if (!found) return false;
    if (found.matches("details")) { found.open = true; found.querySelector("input, select, summary").focus(); }
    else if (found.matches("[type=radio]")) { found.click(); document.getElementById("text").focus(); }
    else if (found.matches("input")) found.focus();
    else found.click();
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (!on.checked) return;
    const key = letter(event);
    if (key === "?") help.showModal();
    else if (key === "j") step(1);
    else if (key === "k") step(-1);
    else if (!use(key === "/" ? "search" : named[key])) return;
    event.preventDefault();
  });
})();
