// The review screen: shortcuts, the marked place kept in view, a warning before typed corrections are lost.
// Everything works without it.
(() => {
  "use strict";

  const desk = () => document.getElementById("desk");

  const typing = (element) =>
    element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;

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
    const row = list && list.querySelector("[aria-current]");
    if (row) list.scrollTop = row.offsetTop - list.clientHeight / 3;
  };

  const correction = () => document.querySelector("[data-desk-correction]");

  const isDirty = (form) =>
    Array.from(form.elements).some((field) => {
      if (field.type === "hidden" || !field.name) return false;
      if (field.type === "checkbox") return field.checked !== field.defaultChecked;
      if (field.tagName === "SELECT") {
        return Array.from(field.options).some((option) => option.selected !== option.defaultSelected);
      }
      return field.value !== field.defaultValue;
    });

  const press = (name) => {
    const button = document.querySelector(`[data-desk-key="${name}"]`);
    if (button && !button.disabled) button.click();
    return button !== null;
  };

  document.addEventListener("keydown", (event) => {
    if (!desk() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && typing(event.target)) {
      event.target.blur();
      return;
    }
    if (typing(event.target)) return;
    if (event.key === "c") {
      const field = correction() && correction().querySelector("[data-desk-first], [name=value]");
      if (!field) return;
      event.preventDefault();
      field.focus();
      field.select?.();
      return;
    }
    if (["a", "r", "n", "p", "u"].includes(event.key) && press(event.key)) event.preventDefault();
  });

  // Accepting or rejecting takes the proposal as it stands: say so before typed corrections go.
  document.addEventListener(
    "submit",
    (event) => {
      const form = correction();
      if (!form || event.target === form || !event.target.matches("[data-desk-decision]")) return;
      if (isDirty(form) && !window.confirm("You typed a correction that is not saved. Go on without it?")) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    },
    true,
  );

  // Refusals come with their own status and a page that says why: show it.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if ([403, 409, 422].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  let ruleShown = null;

  /** Another proposal begins at its top, wherever the button stood that led to it. */
  const showProposal = () => {
    const card = document.querySelector("[data-desk-rule]");
    const rule = card ? card.dataset.deskRule : null;
    const asked = new URLSearchParams(window.location.search).has("rule");
    if (card && asked && ruleShown !== null && rule !== ruleShown && card.getBoundingClientRect().top < 0) {
      card.scrollIntoView({ block: "start" });
    }
    ruleShown = rule;
  };

  document.addEventListener("htmx:afterSettle", () => {
    showPlace();
    showRow();
    showProposal();
    const fault =
      document.querySelector("[data-desk-correction] [aria-invalid=true]") || document.querySelector("[data-desk-fault]");
    if (fault) fault.focus();
  });

  document.addEventListener("DOMContentLoaded", () => {
    showPlace();
    showRow();
    showProposal();
    const picture = document.querySelector("[data-desk-frame] img");
    if (picture && !picture.complete) picture.addEventListener("load", showPlace, { once: true });
  });
})();
