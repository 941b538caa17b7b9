// The keyboard: j k Enter x in lists, / ? n and the keys that buttons of the page name, g + key to go somewhere.
(() => {
  let going = false;
  let commands = null;

  const visible = (element) => element && element.offsetParent !== null;
  const modal = () => document.querySelector("dialog:modal");

  function loadCommands() {
    commands ||= zz.assets.commands ? zz.request(zz.assets.commands).then((answer) => answer.commands, () => []) : Promise.resolve([]);
    return commands;
  }
  zz.commands = loadCommands;

  function pageKey(letter) {
    const scope = document.querySelector("dialog[open]") || document;
    return [...scope.querySelectorAll(`[data-key="${CSS.escape(letter)}"]`)].find(visible);
  }

  async function run(letter) {
    const found = (await loadCommands()).find((command) => command.kind === "do" && command.key === letter);
    if (!found) return;
    if (found.drawer) zz.open(found.url); else location.href = found.url;
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      zz.openPalette?.();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (zz.isTyping(event.target) || modal()) return;
    const letter = event.key;
    if (going) {
      going = false;
      const entry = document.querySelector(`[data-go-key="${CSS.escape(letter)}"]`);
      if (entry) { event.preventDefault(); location.href = entry.href; }
      return;
    }
    if (letter === "g") { going = true; setTimeout(() => { going = false; }, 1500); return; }
    if (letter === "?") { event.preventDefault(); showKeys(); return; }
    if (letter === "/") {
      const field = document.querySelector("[data-search]");
      event.preventDefault();
      if (visible(field)) { field.focus(); field.select(); } else zz.openPalette?.();
      return;
    }
    if (letter === "j" || letter === "k") { event.preventDefault(); zz.moveRow(letter === "j" ? 1 : -1); return; }
    if (letter === "x" && document.querySelector("[data-row].is-current")) { event.preventDefault(); zz.toggleRow(); return; }
    if (letter === "Enter" && event.target === document.body) {
      const link = document.querySelector("[data-row].is-current .row-link");
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (letter.length !== 1 || letter === " ") return;
    const button = pageKey(letter);
    if (button) { event.preventDefault(); button.focus({ preventScroll: true }); button.click(); return; }
    run(letter);
  });

  function line(text, ...keys) {
    const row = zz.el("div", {}, zz.el("span", {}, text));
    row.append(zz.el("span", {}, ...keys.map((key) => zz.el("kbd", {}, key))));
    return row;
  }

  async function showKeys() {
    const dialog = document.getElementById("keys");
    const box = document.getElementById("keys-list");
    if (!dialog || dialog.open) return;
    box.replaceChildren();
    const page = [];
    const taken = new Set();
    if (document.querySelector("[data-row]")) {
      page.push(line(zz.t("keyNext"), "j"), line(zz.t("keyPrevious"), "k"), line(zz.t("keyOpen"), "Enter"));
      if (document.querySelector("[data-check]")) page.push(line(zz.t("keySelect"), "x"));
    }
    if (document.querySelector("[data-search]")) page.push(line(zz.t("keySearch"), "/"));
    if (document.querySelector("form[data-form]")) page.push(line(zz.t("keySubmit"), "Ctrl", "Enter"));
    for (const button of document.querySelectorAll("main [data-key]")) {
      if (visible(button)) { page.push(line(button.textContent.trim(), button.dataset.key)); taken.add(button.dataset.key); }
    }
    if (page.length) box.append(zz.el("h3", {}, zz.t("keysPage")), ...page);
    box.append(zz.el("h3", {}, zz.t("keysEverywhere")), line(zz.t("keyPalette"), "Ctrl", "K"), line(zz.t("keyHelp"), "?"), line(zz.t("keyClose"), "Esc"));
    const seen = new Set();
    for (const entry of document.querySelectorAll(".side [data-go-key]")) {
      if (seen.has(entry.dataset.goKey)) continue;
      seen.add(entry.dataset.goKey);
      box.append(line(zz.t("keyGo", { label: entry.textContent.trim() }), "g", entry.dataset.goKey));
    }
    dialog.showModal();
    for (const command of await loadCommands()) {
      if (command.kind === "do" && command.key && !taken.has(command.key)) box.append(line(command.label, command.key));
    }
  }
  zz.on("click", "[data-keys-help]", () => { zz.closeMenus(); document.getElementById("me-sheet")?.close(); showKeys(); });
})();
