// One conversation: new lines as they come, what is written, what is kept when the line breaks.
"use strict";
(() => {
  const talk = document.getElementById("talk");
  const lines = document.getElementById("lines");
  const scroller = document.getElementById("transcript");
  const newer = document.getElementById("newer");
  const card = document.getElementById("card");
  const panes = document.getElementById("content");
  const text = document.getElementById("text");
  const draft = `desk-draft ${location.pathname}`;

  const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
  const toEnd = () => { scroller.scrollTop = scroller.scrollHeight; newer.hidden = true; };
  newer.addEventListener("click", toEnd);
  let follows = true; // a picture that comes in above must not push the newest line out of sight
  scroller.addEventListener("scroll", () => { follows = atEnd(); if (follows) newer.hidden = true; });
  lines.addEventListener("load", () => { if (follows) toEnd(); }, true);
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView(); else toEnd();

  // A line is known by its id: what is new is added, of what has changed only that part.
  const renew = (old, fresh) => {
    const open = old.querySelector("details")?.open;
    [...fresh.children].forEach((part, at) => {
      const was = old.children[at];
      if (!was) old.append(part.cloneNode(true));
      else if (was.innerHTML !== part.innerHTML) was.innerHTML = part.innerHTML;
    });
    if (open && old.querySelector("details")) old.querySelector("details").open = true;
  };
  const merge = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    let added = 0;
    for (const day of fresh.querySelectorAll(".day")) {
      let here = lines.querySelector(`.day[data-day="${day.dataset.day}"]`);
      if (!here) { here = document.importNode(day, true); lines.append(here); added += here.querySelectorAll(".line").length; continue; }
      let after = null;
      for (const line of day.querySelectorAll(".line")) {
        const old = document.getElementById(line.id);
        if (old) { renew(old, line); after = old; continue; }
        const one = document.importNode(line, true);
        if (after) after.after(one); else here.querySelector(".lines").prepend(one);
        after = one;
        added += 1;
      }
    }
    return added;
  };
  // Lines older than the page's first one, fetched on demand, may belong to a day that is there.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.classList.contains("picker")) return;
    const seen = {};
    for (const day of [...lines.querySelectorAll(".day")].reverse()) {
      const first = seen[day.dataset.day];
      if (first) { first.querySelector(".lines").prepend(...day.querySelectorAll(".line")); day.remove(); }
      else seen[day.dataset.day] = day;
    }
  });

  let seen = "";
  const see = async (key) => {
    if (!key || key === seen || document.hidden || talk.dataset.mine === undefined) return;
    seen = key;
    await deskAsk(talk.dataset.seen, { key }).catch(() => { seen = ""; });
  };
  const look = deskLook(async () => {
    const response = await deskAsk(talk.dataset.lines);
    if (!response.ok) { if (response.status === 404) location.reload(); return; }
    const state = response.headers.get("X-Desk-State");
    if (state && state !== talk.dataset.state) { location.reload(); return; } // the draft is kept
    const stay = !atEnd();
    const added = merge(await response.text());
    if (added && stay) newer.hidden = false; else if (added) toEnd();
    see(response.headers.get("X-Desk-Seen"));
  }, 150);
  const lookAtCard = deskLook(async () => {
    const response = await deskAsk(card.dataset.url);
    if (response.ok) {
      const html = await response.text();
      if (card.innerHTML !== html) card.innerHTML = html;
    }
  }, 5000);
  document.addEventListener("desk:lines", () => { look(); lookAtCard(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });

  // Details beside the conversation, or in its place where there is no room.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-pane]");
    if (!link) return;
    event.preventDefault();
    panes.dataset.show = link.dataset.pane;
    if (link.dataset.pane === "main") toEnd();
  });

  // What is written is sent without leaving the page; the mark keeps a second try from being a
  // second message.
  const mark = () => `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
  const trouble = (words) => {
    const line = document.getElementById("say-error");
    if (!line || line.closest("details:not([open])")) { deskSay(words, "bad"); return; }
    line.textContent = words;
    line.hidden = false;
  };
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-say], [data-act]") || event.defaultPrevented) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    const fields = Object.fromEntries(new FormData(form));
    if (form.elements.mark) fields.mark = form.elements.mark.value ||= mark();
    if (form.elements.text) keep();
    const error = document.getElementById("say-error");
    if (error) error.hidden = true;
    form.dataset.busy = "yes";
    const buttons = form.querySelectorAll("button");
    buttons.forEach((one) => { one.disabled = true; });
    try {
      const response = await deskAsk(form.action, fields);
      if (response.status === 204) done(form);
      else {
        if (form.closest(".booking")) lookAtTimes();
        trouble(((await response.json().catch(() => null)) || {}).words || document.body.dataset.failed);
      }
      if (response.status === 409) look();
    } catch {
      trouble(document.body.dataset.offline);
    }
    delete form.dataset.busy;
    buttons.forEach((one) => { one.disabled = "closed" in one.dataset; });
  });
  const done = (form) => {
    if (form.elements.mark) form.elements.mark.value = "";
    const box = form.elements.text;
    if (box) { box.value = ""; keep(); grow(); box.focus(); }
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
    look().then(toEnd);
    if (form.elements.kind?.value === "note" || form.closest(".booking")) lookAtCard();
  };

  // Files go one after the other; what was refused is told, and the next one goes.
  const chosen = document.querySelector("[data-file]");
  const sendFile = async (file) => {
    if (file.size > Number(chosen.dataset.most)) return chosen.dataset.large;
    const fields = new FormData(chosen.form);
    fields.set("file", file);
    fields.set("mark", mark());
    deskSay(chosen.dataset.sending);
    try {
      const response = await deskAsk(chosen.form.action, fields);
      if (response.status !== 204) return ((await response.json().catch(() => null)) || {}).words || document.body.dataset.failed;
      return "";
    } catch { return document.body.dataset.offline; }
  };
  const sendFiles = async (files) => {
    if (!chosen) return trouble(text.dataset.files);
    if (chosen.disabled) return;
    chosen.disabled = true;
    let words = "";
    for (const file of [...files]) words = await sendFile(file) || words;
    document.getElementById("flash").replaceChildren();
    if (words) trouble(words);
    chosen.disabled = false;
    chosen.value = "";
    look().then(toEnd);
  };
  chosen?.addEventListener("change", () => sendFiles(chosen.files));

  // The draft survives a reload and a broken line, with the mark of the try that failed; other
  // words are another message.
  const keep = () => {
    try { sessionStorage.setItem(draft, JSON.stringify([text.value, text.form.elements.mark.value])); } catch { /* switched off */ }
  };
  const kept = () => { try { return JSON.parse(sessionStorage.getItem(draft)) || []; } catch { return []; } };
  const grow = () => { text.style.blockSize = "auto"; text.style.blockSize = `${Math.min(text.scrollHeight + 2, 192)}px`; };
  if (text) {
    const [words, tried] = kept();
    if (words && (!text.value || text.value === words)) { // browsers fill fields again, not the mark
      text.value = words; text.form.elements.mark.value = tried; }
    grow();
    text.addEventListener("input", () => { text.form.elements.mark.value = ""; keep(); grow(); });
    addEventListener("pagehide", keep);
    text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
      event.preventDefault();
      if (text.value.trim()) text.form.requestSubmit();
    });
    const bring = (event) => {
      const files = (event.clipboardData || event.dataTransfer)?.files;
      if (!files?.length) return;
      event.preventDefault();
      sendFiles(files);
    };
    text.addEventListener("paste", bring);
    document.addEventListener("drop", bring);
    document.addEventListener("dragover", (event) => event.preventDefault());
  }
  document.querySelectorAll("[data-closed]").forEach((one) => { one.disabled = true; });
  document.querySelectorAll(".mode input").forEach((one) => one.addEventListener("change", () => {
    text.placeholder = text.dataset[one.value];
    const send = document.getElementById("send");
    send.disabled = "closed" in send.dataset && one.value === "reply";
  }));

  // Free times are looked up when they are wanted: nobody chooses among those of a while ago.
  const booking = document.querySelector("details.booking");
  const lookAtTimes = () => {
    const sheet = document.getElementById("booking");
    sheet.textContent = sheet.dataset.wait;
    if (booking.open) sheet.dispatchEvent(new Event("desk:open"));
  };
  booking?.addEventListener("toggle", lookAtTimes);

  // Prepared answers by a few letters.
  document.addEventListener("input", (event) => {
    const wanted = event.target.dataset?.find;
    if (!wanted) return;
    const words = event.target.value.trim().toLowerCase();
    for (const one of document.querySelectorAll(wanted)) one.hidden = !one.dataset.words.toLowerCase().includes(words);
  });
})();
