// A transcript on paper: what is folded away is shown, then the browser prints.
"use strict";
document.getElementById("print").addEventListener("click", () => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  window.print();
});
