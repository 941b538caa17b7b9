// The reply box: ready answers go in at the cursor; others see that somebody is writing.
(() => {
  zz.mount("[data-insert]", (button) => {
    button.addEventListener("click", () => {
      const area = document.querySelector(button.dataset.insert);
      if (!area) return;
      area.setRangeText(button.dataset.text, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
      area.focus();
    });
  });

  zz.mount("#reply-body", (area) => {
    const beat = document.getElementById("watching");
    area.addEventListener("input", () => {
      if (beat) beat.setAttribute("hx-vals", JSON.stringify({ typing: area.value ? "1" : "" }));
    });
  });
})();
