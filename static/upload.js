// Makes the upload form comfortable: a place to drop the file, its size checked before it is sent, the progress of the
// upload, and errors shown without losing the chosen file. Without this script the form is an ordinary one.
"use strict";

(() => {
  const BYTES_PER_MEGABYTE = 1024 * 1024;

  const part = (form, name) => form.querySelector(`[data-${name}]`);
  const fileField = (form) => form.querySelector('input[type="file"]');

  function humanSize(bytes) {
    if (bytes < BYTES_PER_MEGABYTE) {
      return `${Math.max(1, Math.round(bytes / 1024))} KB`;
    }
    return `${(bytes / BYTES_PER_MEGABYTE).toFixed(1)} MB`;
  }

  function showErrors(form, sentences) {
    const list = part(form, "document-errors");
    list.replaceChildren(
      ...sentences.map((sentence) => {
        const item = document.createElement("li");
        item.textContent = sentence;
        return item;
      }),
    );
    part(form, "drop-zone").toggleAttribute("data-invalid", sentences.length > 0);
    fileField(form).setAttribute("aria-invalid", String(sentences.length > 0));
  }

  function sizeFault(form, file) {
    if (file.size > Number(form.dataset.maximumBytes)) {
      return `This file is ${humanSize(file.size)}; at most ${form.dataset.maximumMegabytes} MB can be taken. Export it again with smaller pictures, or split it into parts and upload each.`;
    }
    if (file.size === 0) {
      return "This file has nothing in it. Check that you chose the right file.";
    }
    return "";
  }

  function showChosen(form, { keepErrors = false } = {}) {
    const file = fileField(form).files[0];
    const chosen = part(form, "chosen");
    chosen.hidden = !file;
    chosen.textContent = file ? `${file.name} · ${humanSize(file.size)}` : "";
    if (file && !keepErrors) {
      const fault = sizeFault(form, file);
      showErrors(form, fault ? [fault] : []);
    }
  }

  function takeDropped(form, files) {
    if (files.length > 1) {
      showErrors(form, ["Drop one file at a time."]);
      return;
    }
    const transfer = new DataTransfer();
    transfer.items.add(files[0]);
    fileField(form).files = transfer.files;
    showChosen(form);
  }

  function showProgress(form, label, percent) {
    const progress = part(form, "progress");
    progress.hidden = false;
    part(form, "progress-label").textContent = label;
    const bar = progress.querySelector("progress");
    if (percent === null) {
      bar.removeAttribute("value");
    } else {
      bar.value = percent;
    }
  }

  function rest(form) {
    part(form, "progress").hidden = true;
    form.querySelector('[type="submit"]').disabled = false;
    delete form.dataset.sending;
  }

  // The form as the server gave it back, with what is wrong, and with the file that was chosen.
  function replaceForm(form, html) {
    const parsed = new DOMParser().parseFromString(html, "text/html").getElementById("upload-form");
    if (!parsed) {
      rest(form);
      showErrors(form, ["The server's answer was not understood. Nothing was uploaded; load the page again."]);
      return;
    }
    const fresh = document.importNode(parsed, true);
    const files = fileField(form).files;
    form.replaceWith(fresh);
    fileField(fresh).files = files;
    prepare(fresh);
    showChosen(fresh, { keepErrors: true });
    const summary = part(fresh, "summary");
    if (summary) {
      summary.focus();
      summary.scrollIntoView({ block: "center" });
    }
  }

  function answered(form, request) {
    if (request.status === 201) {
      window.location.assign(JSON.parse(request.responseText).location);
    } else if ([422, 503].includes(request.status)) {
      replaceForm(form, request.responseText);
    } else {
      rest(form);
      showErrors(form, [
        request.status === 413
          ? `This file is too large: at most ${form.dataset.maximumMegabytes} MB can be taken.`
          : "The upload was refused. You may have been signed out: open the sign-in page in another tab, sign in, and press Upload again.",
      ]);
    }
  }

  function send(form) {
    const request = new XMLHttpRequest();
    form.dataset.sending = "yes";
    form.querySelector('[type="submit"]').disabled = true;
    showProgress(form, "Uploading", 0);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) {
        const percent = Math.floor((event.loaded * 100) / event.total);
        showProgress(form, `Uploading: ${percent} %`, percent);
      }
    });
    request.upload.addEventListener("load", () => showProgress(form, "Uploaded. The document is being checked", null));
    request.addEventListener("load", () => answered(form, request));
    request.addEventListener("error", () => {
      rest(form);
      showErrors(form, ["The connection broke before the file was there. Nothing is lost: press Upload again."]);
    });
    request.open("POST", form.action);
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.send(new FormData(form));
  }

  function prepare(form) {
    const zone = part(form, "drop-zone");
    part(form, "drop-hint").hidden = false;
    fileField(form).addEventListener("change", () => showChosen(form));
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      zone.dataset.over = "yes";
    });
    zone.addEventListener("dragleave", () => delete zone.dataset.over);
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      delete zone.dataset.over;
      if (event.dataTransfer.files.length) {
        takeDropped(form, event.dataTransfer.files);
      }
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.dataset.sending) {
        return;
      }
      const file = fileField(form).files[0];
      const fault = file ? sizeFault(form, file) : "Choose the document.";
      if (fault) {
        showErrors(form, [fault]);
        fileField(form).focus();
        return;
      }
      send(form);
    });
  }

  // A file dropped beside the zone must not replace the page.
  for (const kind of ["dragover", "drop"]) {
    window.addEventListener(kind, (event) => event.preventDefault());
  }
  const form = document.getElementById("upload-form");
  if (form) {
    prepare(form);
    showChosen(form, { keepErrors: true });
  }
})();
