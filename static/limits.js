// What are my limits? Fields are marked as faulty while their faults stand beneath them.
"use strict";

document.addEventListener("htmx:afterSettle", () => {
  for (const faults of document.querySelectorAll("[id^='limits-fault-']")) {
    for (const field of document.getElementsByName(faults.id.replace("limits-fault-", ""))) {
      if (faults.children.length) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
  }
});
