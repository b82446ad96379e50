// Check a roster: bring the reader to the result, and from a fault to its line in the text.
"use strict";

document.querySelector("[data-summary]")?.focus();

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-line]");
  if (!link) return;
  const text = document.getElementById("id_schedule");
  const lines = text.value.split("\n");
  const number = Number(link.dataset.line);
  const start = lines.slice(0, number - 1).reduce((length, line) => length + line.length + 1, 0);
  event.preventDefault();
  text.focus();
  text.setSelectionRange(start, start + (lines[number - 1] ?? "").length);
  text.scrollTop = (text.scrollHeight / lines.length) * Math.max(0, number - 3);
  text.scrollIntoView({ block: "center" });
});
