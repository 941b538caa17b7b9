// Drawer, dialogs, the question before an act, and the reason of a disabled button. Focus returns where it was.
(() => {
  const returning = new WeakMap();
  const phone = matchMedia("(max-width: 767px)");

  function show(dialog, modal) {
    if (dialog.open) return;
    returning.set(dialog, document.activeElement);
    if (modal) dialog.showModal(); else dialog.show();
  }

  function focusBack(dialog) {
    const before = returning.get(dialog);
    if (before?.isConnected) { before.focus({ preventScroll: true }); return; }
    // The row was refreshed away: its successor takes the focus.
    const row = document.querySelector("[data-row].is-current .row-link") || document.querySelector("#list .row-link");
    (row || document.getElementById("main"))?.focus({ preventScroll: true });
  }

  async function close(dialog, { force = false } = {}) {
    if (!dialog?.open) return;
    if (!force && dialog.querySelector("form.is-dirty") && !(await zz.ask(zz.t("unsaved"), { yes: zz.t("leave"), no: zz.t("stay"), danger: true }))) return;
    dialog.close();
  }

  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("close", () => {
      focusBack(dialog);
      const body = dialog.querySelector("#drawer-body, #dialog-body");
      if (body) body.replaceChildren();
    });
    dialog.addEventListener("cancel", (event) => {
      if (dialog.querySelector("form.is-dirty")) { event.preventDefault(); close(dialog); }
    });
    dialog.addEventListener("click", (event) => {
      if (event.target !== dialog) return;
      const box = dialog.getBoundingClientRect();
      const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
      if (outside && dialog.id !== "confirm") close(dialog);
    });
  }

  zz.open = (url, { kind = "drawer", size = "" } = {}) => {
    const dialog = document.getElementById(kind);
    const body = document.getElementById(`${kind}-body`);
    const skeleton = zz.el("div", { class: "loading", "aria-label": zz.t("loading") }, zz.el("i"), zz.el("i"), zz.el("i"));
    body.replaceChildren(skeleton);
    dialog.dataset.size = size;
    show(dialog, kind === "dialog" || phone.matches);
    zz.load(url, body);
  };
  zz.closeAll = () => {
    for (const id of ["drawer", "dialog"]) close(document.getElementById(id), { force: true });
  };
  zz.closeDialog = close;

  // A question in our own words; resolves to true or false. The first button says the act, as everywhere; what
  // cannot be taken back is red, and Enter does not do it.
  zz.ask = (text, { yes = zz.t("yes"), no = zz.t("no"), danger = false } = {}) => new Promise((resolve) => {
    const dialog = document.getElementById("confirm");
    const [first, second] = dialog.querySelectorAll("[data-confirm-yes], [data-confirm-no]");
    document.getElementById("confirm-text").textContent = text;
    first.textContent = yes;
    // «取消这个任务？» is not answered by 取消 and 取消.
    second.textContent = yes.startsWith(no) ? zz.t("back") : no;
    first.classList.toggle("btn-danger", danger);
    first.classList.toggle("btn-primary", !danger);
    dialog.returnValue = "no";
    show(dialog, true);
    (danger ? second : first).focus();
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });

  document.addEventListener("htmx:after:settle", (event) => {
    const body = event.target.closest?.("#drawer-body, #dialog-body");
    if (!body || body.querySelector(".loading")) return;
    if (body.contains(document.activeElement) && document.activeElement !== body) return;
    const first = body.querySelector("[autofocus], .has-error input, .has-error select, .has-error textarea")
      || body.querySelector(".drawer-content :is(input:not([type=hidden]), select, textarea):not([hidden])")
      || body.querySelector(".drawer-content :is(button, a)") || body.querySelector("[data-close]");
    first?.focus({ preventScroll: true });
  });

  zz.on("click", "[data-close]", (_event, button) => close(button.closest("dialog")));
  zz.on("click", "[data-open]", (_event, button) => show(document.getElementById(button.dataset.open), true));

  function follow(event, link, kind) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const url = new URL(link.dataset.href || link.getAttribute("href"), location.href);
    if (link.hasAttribute("data-with-query")) url.searchParams.set("query", location.search.slice(1));
    zz.closeMenus?.();
    zz.markRow?.(link.closest("[data-row]"));
    zz.open(url.pathname + url.search, { kind, size: link.dataset.drawer || "" });
  }
  zz.on("click", "a[data-drawer]", (event, link) => follow(event, link, "drawer"));
  zz.on("click", "[data-dialog], [data-drawer-to=dialog]", (event, link) => follow(event, link, "dialog"));

  document.addEventListener("keydown", (event) => {
    const drawer = document.getElementById("drawer");
    if (event.key === "Escape" && drawer?.open && !drawer.matches(":modal") && !document.querySelector("dialog:modal")) {
      if (zz.closeMenus?.()) return;
      event.preventDefault();
      close(drawer);
    }
  });

  // Why a button is disabled: on hover, on focus, on tap.
  let bubble;
  const hide = () => { bubble?.remove(); bubble = undefined; };
  function why(button) {
    hide();
    bubble = zz.el("div", { class: "why", role: "tooltip", id: "why" }, button.dataset.why);
    (button.closest("dialog") || document.body).append(bubble);
    button.setAttribute("aria-describedby", "why");
    const box = button.getBoundingClientRect();
    const left = Math.min(box.left, innerWidth - bubble.offsetWidth - 8);
    bubble.style.left = `${Math.max(8, left)}px`;
    bubble.style.top = `${box.bottom + 6 + bubble.offsetHeight > innerHeight ? box.top - bubble.offsetHeight - 6 : box.bottom + 6}px`;
  }
  zz.on("pointerover", "[data-why]", (_event, button) => why(button));
  zz.on("focusin", "[data-why]", (_event, button) => why(button));
  zz.on("click", "[data-why]", (event, button) => { event.preventDefault(); why(button); });
  zz.on("pointerout", "[data-why]", hide);
  zz.on("focusout", "[data-why]", hide);
})();
