// Marked proposals stay marked while one goes through the queue, also those that the shown part does not hold.
(() => {
  "use strict";

  const form = () => document.querySelector("[data-desk-several]");
  const store = () => `desk-marked-${form().dataset.deskSeveral}`;
  const marks = () => JSON.parse(window.sessionStorage.getItem(store()) || "{}");
  const keep = (kept) => window.sessionStorage.setItem(store(), JSON.stringify(kept));

  const boxes = () => [...document.querySelectorAll("#desk [data-desk-marked]")];

  const show = () => {
    if (!form()) return;
    const kept = marks();
    for (const box of boxes()) box.checked = box.dataset.deskMarked in kept;
    for (const hidden of form().querySelectorAll("[data-desk-elsewhere]")) hidden.remove();
    const seen = new Set(boxes().map((box) => box.dataset.deskMarked));
    for (const [rule, value] of Object.entries(kept)) {
      if (seen.has(rule)) continue;
      const hidden = document.createElement("input");
      hidden.type = "hidden";
      hidden.name = "marked";
      hidden.value = value;
      hidden.dataset.deskElsewhere = "";
      form().append(hidden);
    }
    form().querySelector("[data-desk-marked-count]").textContent = `${Object.keys(kept).length} marked:`;
  };

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-desk-marked]") || !form()) return;
    const kept = marks();
    if (event.target.checked) kept[event.target.dataset.deskMarked] = event.target.value;
    else delete kept[event.target.dataset.deskMarked];
    keep(kept);
    show();
  });

  // Done with them once the server says so; a refusal leaves them marked.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const by = event.detail.requestConfig?.elt;
    if (by?.matches?.("[data-desk-several]") && event.detail.xhr.status === 200) keep({});
  });

  document.addEventListener("htmx:afterSettle", show);
  document.addEventListener("DOMContentLoaded", show);
})();
