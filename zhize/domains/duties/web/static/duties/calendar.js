// The calendar by keys: arrows walk from day to day, as in any calendar.
(() => {
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  document.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const table = document.querySelector("[data-calendar]");
    if (!step || !table?.contains(document.activeElement) || event.ctrlKey || event.metaKey || event.altKey) return;
    const days = [...table.querySelectorAll(".cal-number")];
    const here = days.indexOf(document.activeElement.closest(".cal-day")?.querySelector(".cal-number"));
    const next = days[here + step];
    if (here < 0 || !next) return;
    event.preventDefault();
    next.focus();
  });
})();
