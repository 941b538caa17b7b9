// Ctrl K: find a record, go somewhere, do something.
(() => {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = document.getElementById("palette-input");
  const box = document.getElementById("palette-list");
  let items = [];
  let chosen = -1;
  let asked = 0;
  let before = null;

  zz.openPalette = () => {
    if (dialog.open) return;
    before = document.activeElement;
    zz.closeMenus?.();
    dialog.showModal();
    input.value = "";
    input.focus();
    find();
  };
  dialog.addEventListener("close", () => before?.isConnected && before.focus({ preventScroll: true }));
  zz.on("click", "[data-palette]", zz.openPalette);

  function matches(command, text) {
    const wanted = text.toLowerCase();
    return `${command.label} ${command.words || ""}`.toLowerCase().includes(wanted);
  }

  // Appearance, density and language: their buttons stand in the frame, the palette only presses them.
  function settings(text) {
    const buttons = document.querySelector("[data-preferences]")?.querySelectorAll("button[name]") || [];
    return [...buttons].map((button) => ({
      label: button.textContent.trim(), words: button.dataset.words || "", icon: "palette", press: button,
      hint: button.closest("fieldset")?.querySelector("legend")?.textContent,
    })).filter((item) => matches(item, text));
  }

  async function find() {
    const text = input.value.trim();
    asked += 1;
    const mine = asked;
    const commands = (await zz.commands()).filter((command) => !text || matches(command, text));
    const groups = [
      ["paletteDo", [...commands.filter((command) => command.kind === "do"), ...(text ? settings(text) : [])]],
      ["paletteGo", commands.filter((command) => command.kind === "go")],
    ];
    if (mine === asked) show(groups, text, Boolean(text));
    if (!text || !zz.assets.palette) return;
    let hits = [];
    try {
      const url = new URL(zz.assets.palette, location.href);
      url.searchParams.set("q", text);
      hits = (await zz.request(url)).hits;
    } catch { /* what is already shown stays */ }
    if (mine === asked) show([["paletteFound", hits], ...groups], text, false);
  }

  function show(groups, text, searching) {
    items = [];
    box.replaceChildren();
    for (const [title, found] of groups) {
      if (!found.length) continue;
      box.append(zz.el("p", { class: "palette-heading", role: "presentation" }, zz.t(title)));
      for (const item of found.slice(0, 12)) {
        const line = zz.el("div", { class: "palette-item", role: "option", id: `palette-${items.length}`, "aria-selected": "false" },
          zz.icon(item.icon, 18), zz.el("span", {}, item.label),
          item.hint ? zz.el("span", { class: "quiet" }, item.hint) : null,
          item.key ? zz.el("span", { class: "quiet" }, zz.el("kbd", {}, item.kind === "go" ? `g ${item.key}` : item.key)) : null);
        const at = items.length;
        line.addEventListener("pointermove", () => choose(at));
        line.addEventListener("click", (event) => open(item, event.ctrlKey || event.metaKey));
        items.push([line, item]);
        box.append(line);
      }
    }
    if (!items.length && text && !searching) box.append(zz.el("p", { class: "palette-none" }, zz.t("paletteEmpty")));
    choose(items.length ? 0 : -1);
  }

  function choose(at) {
    items[chosen]?.[0].setAttribute("aria-selected", "false");
    chosen = at;
    const line = items[chosen]?.[0];
    if (!line) { input.removeAttribute("aria-activedescendant"); return; }
    line.setAttribute("aria-selected", "true");
    line.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", line.id);
  }

  function open(item, apart) {
    dialog.close();
    if (item.press) item.press.click();
    else if (apart) window.open(item.url, "_blank", "noopener");
    else if (item.drawer) zz.open(item.url);
    else location.href = item.url;
  }

  const later = zz.debounce(140, find);
  input.addEventListener("input", (event) => { if (!event.isComposing) later(); });
  input.addEventListener("compositionend", later);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (items.length) choose((chosen + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length);
    } else if (event.key === "Enter" && items[chosen]) {
      event.preventDefault();
      open(items[chosen][1], event.ctrlKey || event.metaKey);
    }
  });
})();
