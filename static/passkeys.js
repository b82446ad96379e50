// Passkeys: the form says what is to be made or signed; what the browser answers is sent with it.
"use strict";

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const said = form.querySelector("[data-passkey-says]");
  const possible =
    window.PublicKeyCredential?.parseCreationOptionsFromJSON &&
    !/^(\d+\.){3}\d+$/.test(location.hostname);
  if (!possible) {
    said.textContent = "This browser makes no passkeys for this address.";
    form.querySelector("button").disabled = true;
    continue;
  }
  form.addEventListener("submit", async (event) => {
    if (form.dataset.answered) return;
    event.preventDefault();
    const { publicKey } = JSON.parse(form.dataset.options);
    try {
      const credential =
        form.dataset.passkey === "create"
          ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
          : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
      form.elements.answer.value = JSON.stringify(credential.toJSON());
      form.dataset.answered = "yes";
      form.requestSubmit();
    } catch (error) {
      said.textContent =
        error.name === "InvalidStateError" ? "This device has a passkey here already." : "That did not work, or was called off.";
    }
  });
}
