// The desk's keys. Which there are is said by the page: a control with data-desk-key is pressed by that key, one with
// data-desk-goes leads to the field that the selector names. Everything works without this script.
(() => {
  "use strict";

  const typing = (element) =>
    element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") !== null;

  const help = () => document.getElementById("desk-help");

  const go = (selector) => {
    const field = document.querySelector(selector);
    if (!field) return false;
    field.focus();
    field.select?.();
    return true;
  };

  const press = (key) => {
    const control = document.querySelector(`#desk [data-desk-key="${CSS.escape(key)}"]`);
    if (!control || control.disabled) return false;
    if (control.dataset.deskGoes) return go(control.dataset.deskGoes);
    control.click();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (!document.getElementById("desk") || event.defaultPrevented) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && typing(event.target)) {
      event.target.form?.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || help()?.open) return;
    if (event.key === "Escape" && typing(event.target)) {
      event.target.blur();
      return;
    }
    if (!typing(event.target) && press(event.key)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-desk-help]")) {
      help().showModal();
      document.getElementById("desk-help-heading").focus();
    }
  });
})();
