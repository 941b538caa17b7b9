// Pointing at a clause lights the duties that carry it out wherever they stand, and a duty its clauses.
(() => {
  const clear = (root) => root.querySelectorAll(".is-lit").forEach((one) => one.classList.remove("is-lit"));
  const light = (root, duties) => {
    clear(root);
    for (const duty of duties) {
      root.querySelectorAll(`[data-duty="${duty}"]`).forEach((one) => {
        one.classList.add("is-lit");
        one.closest(".clause").classList.add("is-lit");
      });
    }
  };
  const over = (event) => {
    const root = event.target.closest?.("[data-coverage]");
    if (!root) return;
    const duty = event.target.closest("[data-duty]");
    const clause = event.target.closest(".clause");
    if (duty) light(root, [duty.dataset.duty]);
    else if (clause) light(root, clause.dataset.duties.split(" ").filter(Boolean));
    else clear(root);
  };
  document.addEventListener("mouseover", over);
  document.addEventListener("focusin", over);
})();

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
});
