// What follows a change of the screen: the marked place comes into view, news are read out, focus goes where work goes on.
(() => {
  "use strict";

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  /** Put the marked place into the middle of the page's frame. */
  const showPlace = () => {
    const frame = document.querySelector("[data-desk-frame]");
    const mark = frame && frame.querySelector("[data-desk-mark]");
    if (!mark) return;
    const outer = frame.getBoundingClientRect();
    const inner = mark.getBoundingClientRect();
    frame.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
    frame.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
  };

  const showRow = () => {
    const list = document.querySelector("[data-desk-rows]");
    const row = list && list.querySelector("[data-current]");
    if (row) list.scrollTop = row.offsetTop - list.clientHeight / 3;
  };

  /** Controls that do nothing without a script are hidden until there is one. */
  const showControls = () => {
    for (const control of document.querySelectorAll("#desk [data-desk-needs-script], #desk [data-desk-help]")) {
      control.hidden = false;
    }
  };

  /** Read out what is new. The region stays while the desk is swapped, else screen readers would not notice. */
  const say = () => {
    const news = [...document.querySelectorAll("#desk [data-desk-say]")].map((line) => line.textContent.trim().replace(/\.$/, ""));
    const title = document.querySelector("#desk [data-desk-focus]");
    const place = document.querySelector("#desk [data-desk-where]");
    const said = [...news, place?.textContent, title?.textContent].filter(Boolean).join(". ").replace(/\s+/g, " ");
    const region = document.getElementById("desk-live");
    if (region && region.textContent !== said) region.textContent = said;
  };

  /** Where work goes on: at what is wrong, else at the heading of what is shown, unless the focus stands on another control. */
  const takeFocus = () => {
    const fault =
      document.querySelector("[data-desk-typing] [aria-invalid=true]") || document.querySelector("[data-desk-fault]");
    const first = document.querySelector("[data-desk-first]");
    if (fault || first) {
      (fault || first).focus();
      return;
    }
    // htmx puts the focus back into the field of the same name, which is another proposal's by now: keys would be typed.
    const stands = document.activeElement;
    if (stands && stands !== document.body && !stands.closest("[data-desk-typing]")) return;
    document.querySelector("[data-desk-focus]")?.focus({ preventScroll: true });
  };

  let shown = null;

  /** Another proposal begins at its top, wherever the button stood that led to it. */
  const showProposal = () => {
    const card = document.querySelector("[data-desk-rule]");
    const rule = card ? card.dataset.deskRule : null;
    if (card && shown !== null && rule !== shown && card.getBoundingClientRect().top < 0) {
      card.scrollIntoView({ block: "start", behavior: calm.matches ? "instant" : "auto" });
    }
    shown = rule;
  };

  const follow = () => {
    showControls();
    showPlace();
    showRow();
    showProposal();
    say();
  };

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "desk-presence") {
      say();
      return;
    }
    follow();
    takeFocus();
  });

  document.addEventListener("DOMContentLoaded", () => {
    follow();
    const picture = document.querySelector("[data-desk-frame] img");
    if (picture && !picture.complete) picture.addEventListener("load", showPlace, { once: true });
  });
})();
