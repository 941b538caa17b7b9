// Lists: search while typing, rows that open, selection with shift, bulk acts, columns, and coming back to the same place.
(() => {
  const list = () => document.querySelector("[data-list]");
  const rows = () => [...document.querySelectorAll("[data-list] [data-row], [data-rows] [data-row]")];
  const key = () => `zz-list:${location.pathname}${location.search}`;

  // Search: not while an input method is composing, and not for every key.
  const send = zz.debounce(350, (form) => form.requestSubmit());
  zz.on("input", "[data-filter-bar] [data-search]", (event, field) => { if (!event.isComposing) send(field.form); });
  zz.on("compositionend", "[data-filter-bar] [data-search]", (_event, field) => send(field.form));
  zz.on("change", "[data-filter-bar]", (event, form) => { if (!event.target.matches("[data-search]") && event.target.name) send(form); });
  zz.mount(".ts-wrapper", (box) => {
    const select = box.parentElement.querySelector("select[data-combobox]");
    if (select?.closest("[data-filter-bar]")) select.addEventListener("input", () => send(select.form));
  });

  // The bar stands outside the list, so after a chip, a sort or «remove this condition» it follows the address.
  const KEPT = ["sort", "chip", "size", "cols"];
  function follow() {
    const form = document.querySelector("[data-filter-bar]");
    if (!form) return;
    const asked = new URLSearchParams(location.search);
    for (const name of KEPT) {
      let field = form.querySelector(`input[type=hidden][name=${name}]`);
      const value = asked.get(name);
      if (!value) { field?.remove(); continue; }
      if (!field) { field = zz.el("input", { type: "hidden", name }); form.append(field); }
      field.value = value;
    }
    for (const field of form.querySelectorAll("[data-kept]")) if (!asked.getAll(field.name).includes(field.value)) field.remove();
    for (const field of form.elements) {
      if (!field.name || KEPT.includes(field.name) || field === document.activeElement || field.type === "hidden") continue;
      const values = asked.getAll(field.name);
      if (field.tomselect) field.tomselect.setValue(values, true);
      else if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value) || (values.length > 0 && field.value === "on");
      else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
      else field.value = values[0] ?? "";
    }
  }
  document.addEventListener("htmx:after:history:update", follow);

  // The address the list now has is what «export» and «save as view» must use.
  zz.on("click", "a[data-with-query]:not([data-drawer-to])", (_event, link) => {
    const url = new URL(link.getAttribute("href"), location.href);
    const all = new URLSearchParams(location.search);
    for (const [name, value] of url.searchParams) all.set(name, value);
    link.setAttribute("href", `${location.pathname}?${all}`);
  });

  zz.on("click", "[data-filter-toggle]", (_event, button) => {
    const open = button.form.classList.toggle("is-open");
    button.setAttribute("aria-expanded", String(open));
  });

  // Rows -------------------------------------------------------------------
  let current = null;
  zz.markRow = (row) => {
    if (!row) return;
    document.querySelector("[data-row].is-current")?.classList.remove("is-current");
    row.classList.add("is-current");
    current = row.dataset.row;
  };

  zz.on("click", "[data-row]", (event, row) => {
    if (event.target.closest("a, button, input, label, select, details, .menu-anchor") || getSelection()?.toString()) return;
    const link = row.querySelector(".row-link");
    if (!link) return;
    zz.markRow(row);
    remember();
    if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
    else link.click();
  });
  zz.on("click", ".row-link", (_event, link) => { zz.markRow(link.closest("[data-row]")); remember(); });

  zz.moveRow = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.classList.contains("is-current"));
    const row = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))];
    zz.markRow(row);
    (row.querySelector(".row-link") || row.querySelector("a, button"))?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };

  // Selection -----------------------------------------------------------------
  let anchor = null;
  const checks = () => [...document.querySelectorAll("[data-list] [data-check]")];

  function showSelection() {
    const all = checks();
    const chosen = all.filter((check) => check.checked);
    for (const check of all) check.closest("tr").classList.toggle("is-selected", check.checked);
    const head = document.querySelector("[data-check-all]");
    if (head) {
      head.checked = chosen.length > 0 && chosen.length === all.length;
      head.indeterminate = chosen.length > 0 && chosen.length < all.length;
    }
    const bar = document.querySelector("[data-bulk]");
    if (!bar) return;
    bar.hidden = chosen.length === 0;
    bar.querySelector("[data-bulk-count]").textContent = zz.t("selected", { n: chosen.length });
    const everything = bar.querySelector(".bulk-all");
    if (everything) {
      everything.hidden = chosen.length !== all.length;
      if (everything.hidden) everything.querySelector("input").checked = false;
    }
  }

  zz.on("click", "[data-check]", (event, check) => {
    const all = checks();
    const at = all.indexOf(check);
    if (event.shiftKey && anchor !== null && all[anchor]) {
      for (let i = Math.min(at, anchor); i <= Math.max(at, anchor); i += 1) all[i].checked = check.checked;
    }
    anchor = at;
    showSelection();
  });
  zz.on("change", "[data-check-all]", (_event, head) => {
    for (const check of checks()) check.checked = head.checked;
    showSelection();
  });
  zz.on("click", "[data-bulk-clear]", () => {
    for (const check of checks()) check.checked = false;
    showSelection();
  });
  zz.toggleRow = () => {
    const check = document.querySelector("[data-row].is-current [data-check]");
    if (check) { check.checked = !check.checked; showSelection(); }
  };
  zz.on("click", "[data-bulk-action]", (_event, button) => {
    const url = new URL(location.href);
    url.searchParams.set("_bulk", button.dataset.bulkAction);
    if (document.querySelector("[data-bulk-all]")?.checked) url.searchParams.set("all", "1");
    else for (const check of checks()) if (check.checked) url.searchParams.append("ids", check.value);
    zz.open(url.pathname + url.search, { kind: "dialog" });
  });

  // Coming back: scroll, selection and the row last opened. ------------------------
  function remember() {
    if (!list()) return;
    const chosen = checks().filter((check) => check.checked).map((check) => check.value);
    zz.store.set(key(), { y: scrollY, chosen, current });
  }
  addEventListener("pagehide", remember);

  function restoreRows() {
    const kept = zz.store.get(key());
    const chosen = new Set(kept?.chosen || []);
    for (const check of checks()) if (chosen.has(check.value)) check.checked = true;
    const wanted = current || kept?.current;
    const row = wanted && document.querySelector(`[data-row="${CSS.escape(wanted)}"]`);
    if (row) zz.markRow(row);
    showSelection();
    return kept;
  }
  zz.mount("[data-list]", () => {
    const kept = restoreRows();
    const [way] = performance.getEntriesByType("navigation");
    if (kept?.y && way?.type === "back_forward" && !scrollY) requestAnimationFrame(() => scrollTo(0, kept.y));
    measure();
  });
  document.addEventListener("htmx:before:request", () => { if (list()) remember(); });
  document.addEventListener("htmx:after:settle", (event) => { if (event.target.closest?.("[data-list]") || event.target.querySelector?.("[data-list]")) { restoreRows(); measure(); } });

  // A table wider than the page scrolls by itself; otherwise its head sticks to the top.
  function measure() {
    for (const frame of document.querySelectorAll(".table-frame")) {
      const table = frame.querySelector("table");
      if (table) frame.classList.toggle("is-wide", table.scrollWidth > frame.clientWidth + 1);
      if (!frame.classList.contains("is-wide")) frame.removeAttribute("tabindex");
      else frame.tabIndex = 0;
    }
  }
  zz.mount(".table-frame", measure);
  addEventListener("resize", zz.debounce(150, measure));

  // Columns --------------------------------------------------------------------------
  zz.mount("[data-sortable]", (box) => {
    const start = () => zz.loadScript("sortable").then(() => window.Sortable.create(box, { animation: 120, handle: ".icon" })).catch(() => {});
    box.closest(".menu-anchor")?.querySelector("[data-menu]")?.addEventListener("click", start, { once: true });
  });
  function keepColumns(button, columns) {
    const chooser = button.closest("[data-column-chooser]");
    const size = Number(chooser.querySelector("[data-page-size]").value);
    const json = { page: chooser.dataset.page, columns, size: columns.length ? size : 0 };
    zz.request(chooser.dataset.url, { method: "POST", json }).then(() => location.reload(), () => zz.toast("error", zz.t("failed")));
  }
  zz.on("click", "[data-chooser-save]", (_event, button) => {
    const chosen = [...button.closest("[data-column-chooser]").querySelectorAll("input:checked")].map((input) => input.value);
    keepColumns(button, chosen);
  });
  zz.on("click", "[data-chooser-reset]", (_event, button) => keepColumns(button, []));
})();
