// What is typed at the desk: not lost without a question, shown again after a refusal, and either of two values taken.
(() => {
  "use strict";

  const isDirty = (form) =>
    Array.from(form.elements).some((field) => {
      if (field.type === "hidden" || !field.name) return false;
      if (field.type === "checkbox") return field.checked !== field.defaultChecked;
      if (field.tagName === "SELECT") {
        return Array.from(field.options).some((option) => option.selected !== option.defaultSelected);
      }
      return field.value !== field.defaultValue;
    });

  const dirtyForm = () => [...document.querySelectorAll("#desk [data-desk-typing]")].find(isDirty);

  // Whatever leads away from typed fields asks first: a decision takes the proposal as it stands.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const by = event.detail.elt;
    if (by.id === "desk-presence") return;
    const form = dirtyForm();
    if (form && by !== form && !window.confirm("You typed something that is not saved. Go on without it?")) {
      event.preventDefault();
    }
  });

  window.addEventListener("beforeunload", (event) => {
    if (dirtyForm()) event.preventDefault();
  });

  // Others at the same proposal are told that somebody types.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.id === "desk-presence" && dirtyForm()) event.detail.parameters.editing = "yes";
  });

  // Refusals come with their own status and a page that says why: show it, but keep the address.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if ([403, 409, 422].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  // Whoever is signed out meanwhile reads so; what he typed stays on the screen.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    if (target.id !== "desk-presence" || !new URL(xhr.responseURL).pathname.endsWith("/login/")) return;
    event.detail.serverResponse =
      '<p class="desk-note" data-tone="error" data-desk-say>You are signed out. Copy what you typed, then sign in again.</p>';
  });

  const set = (field, value) => {
    if (field.type === "checkbox") field.checked = value === "on";
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-desk-take], [data-desk-take-mine]");
    const field = button && document.getElementById(button.dataset.deskFor);
    if (!field) return;
    const takesTheirs = button.dataset.deskTake !== undefined;
    field.dataset.deskMine ??= field.type === "checkbox" ? (field.checked ? "on" : "") : field.value;
    set(field, takesTheirs ? button.dataset.deskTake : field.dataset.deskMine);
    for (const other of button.closest("[data-desk-conflict]").querySelectorAll("button")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
  });
})();
