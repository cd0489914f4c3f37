// The view of the team is not drawn anew while somebody chooses in it.
"use strict";

document.addEventListener("htmx:beforeRequest", (event) => {
  const live = document.getElementById("live");
  const choosing = [...live.querySelectorAll("select")].some((one) => one.value);
  if (event.target === live && (choosing || live.contains(document.activeElement))) {
    event.preventDefault();
  }
});
