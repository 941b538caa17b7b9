// The intake desk: choosing a caller empties the list of proposals and asks again who will get the matter.
(() => {
  zz.mount(".chosen", () => {
    const found = document.getElementById("found");
    if (found && document.querySelector("#who .chosen")) found.replaceChildren();
    document.body.dispatchEvent(new CustomEvent("intake-chosen"));
    const title = document.querySelector('.intake [name="title"]');
    if (title && !title.value) title.focus();
  });

  // What may not be accepted now cannot be sent either; the server refuses it all the same.
  const accept = (allowed) => {
    const button = document.querySelector(".intake [data-submit]");
    if (button) button.disabled = !allowed;
  };
  zz.mount("#preview", (preview) => {
    // Where the preview stands below the fields, its gist is repeated above the buttons.
    const short = document.querySelector("[data-preview-short]");
    new MutationObserver(() => {
      accept(!preview.querySelector("[data-accept=off]"));
      const said = preview.querySelector("[data-short]");
      short?.replaceChildren(...(said ? said.cloneNode(true).childNodes : []));
    }).observe(preview, { childList: true });
  });

  // The first proposal is taken with the Enter key, so that the form is not sent half filled.
  zz.mount("#lookup", (input) => {
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.ctrlKey) return;
      event.preventDefault();
      document.querySelector("#found .pick")?.click();
    });
  });
})();
