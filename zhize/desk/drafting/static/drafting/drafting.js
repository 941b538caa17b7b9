// The bench of a draft: one line is current; its source lights up; j k Enter x e decide without the mouse.
(() => {
  let current = null;
  // The line last decided with a key, until another one is chosen: u takes it back, as soon as its answer is there.
  let decided = null;
  let recalled = null;

  const bench = () => document.querySelector("[data-bench]");
  const lines = () => [...document.querySelectorAll("[data-bench] [data-line]")];
  const row = () => lines().find((line) => line.dataset.line === current) || null;

  function light(id) {
    for (const source of document.querySelectorAll("[data-bench] [data-from]")) {
      source.classList.toggle("is-lit", source.dataset.from.split(" ").includes(id));
    }
  }

  // Scrolls the document's pane only, never the page.
  function showSource() {
    const pane = document.querySelector(".bench-source");
    const lit = pane?.querySelector(".is-lit");
    if (!lit) return;
    const top = lit.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
    if (top < pane.scrollTop + 20 || top > pane.scrollTop + pane.clientHeight - 60) pane.scrollTop = top - pane.clientHeight / 3;
  }

  function choose(line, { scroll = true } = {}) {
    if (!line) return;
    current = line.dataset.line;
    decided = null;
    for (const other of lines()) other.classList.toggle("is-current", other === line);
    light(current);
    showSource();
    if (scroll) line.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const all = lines();
    const at = all.findIndex((line) => line.dataset.line === current);
    const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
    choose(next);
    next?.focus({ preventScroll: true });
  }

  const press = (act) => row()?.querySelector(`[data-act="${act}"]`)?.click();

  // The line that was decided is replaced; the next open one becomes current at once.
  function onwards() {
    const before = current;
    const all = lines();
    const at = all.findIndex((line) => line.dataset.line === current);
    const next = all.slice(at + 1).find((line) => line.dataset.decision === "open") || all[Math.min(at + 1, all.length - 1)];
    choose(next);
    next?.focus({ preventScroll: true });
    decided = before;
  }

  function takeBack() {
    if (decided === null) { press("reopen"); return; }
    recalled = decided;
    const line = lines().find((each) => each.dataset.line === recalled);
    choose(line);
    line?.focus({ preventScroll: true });
    reopen();
  }

  function reopen() {
    const line = lines().find((each) => each.dataset.line === recalled);
    const button = line?.querySelector('[data-act="reopen"]');
    if (!button) return;
    recalled = null;
    button.click();
  }

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    e: () => press("edit"),
    x: () => { if (row()?.querySelector('[data-act="drop"]')) { press("drop"); onwards(); } else step(1); },
    u: takeBack,
    Enter: () => { if (row()?.querySelector('[data-act="confirm"]')) { press("confirm"); onwards(); } else step(1); },
  };

  document.addEventListener("keydown", (event) => {
    if (!bench() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (zz.isTyping(event.target) || document.querySelector("dialog[open]")) return;
    // Enter on a button or link is that button's own.
    if (event.key === "Enter" && event.target.closest?.("a, button, summary")) return;
    const act = keys[event.key];
    if (!act || (event.key !== "j" && event.key !== "k" && bench().dataset.settled !== undefined)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }, true);

  zz.on("focusin", "[data-bench] [data-line]", (_event, line) => choose(line, { scroll: false }));
  zz.on("click", "[data-bench] [data-line]", (_event, line) => choose(line, { scroll: false }));
  zz.on("mouseover", "[data-bench] [data-line]", (_event, line) => light(line.dataset.line));
  zz.on("mouseout", "[data-bench] [data-line]", () => light(current));
  zz.on("click", "[data-bench] [data-from]", (_event, source) => {
    const line = lines().find((each) => source.dataset.from.split(" ").includes(each.dataset.line));
    choose(line);
    line?.focus({ preventScroll: true });
  });

  // After the page was refreshed behind the drawer, or another part of it came, the same line is current again.
  function restore() {
    if (!bench() || document.querySelector("[data-bench] .is-current")) return;
    choose(row() || lines().find((line) => line.dataset.decision === "open") || lines()[0], { scroll: false });
  }
  zz.mount("[data-bench]", restore);
  document.addEventListener("htmx:after:settle", () => { restore(); reopen(); });
})();
