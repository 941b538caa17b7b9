// Menus under a button: [data-menu] followed by .menu. Arrow keys, Esc, click outside; content may be loaded on opening.
(() => {
  const panelOf = (button) => button.parentElement.querySelector(":scope > .menu");
  const items = (menu) => [...menu.querySelectorAll("a[href], button, input, select, textarea")].filter((item) => item.offsetParent && !item.disabled);

  function close(button, refocus = false) {
    const menu = panelOf(button);
    if (!menu || menu.hidden) return;
    menu.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (refocus) button.focus();
  }

  zz.closeMenus = (except) => {
    const open = [...document.querySelectorAll("[data-menu][aria-expanded=true]")].filter((button) => button !== except);
    for (const button of open) close(button);
    return open.length > 0;
  };

  async function open(button) {
    zz.closeMenus(button);
    const menu = panelOf(button);
    menu.hidden = false;
    menu.classList.remove("menu-up");
    button.setAttribute("aria-expanded", "true");
    const box = menu.getBoundingClientRect();
    if (box.bottom > innerHeight && button.getBoundingClientRect().top > box.height) menu.classList.add("menu-up");
    if (box.left < 4) menu.classList.remove("menu-end");
    if (box.right > innerWidth - 4) menu.classList.add("menu-end");
    const here = button.dataset.loadHere;
    const source = here ? `${location.pathname}${location.search}${location.search ? "&" : "?"}${here}=1` : button.dataset.load;
    if (source && !menu.dataset.loaded) {
      menu.dataset.loaded = "1";
      zz.load(source, menu);
    }
  }

  zz.on("click", "[data-menu]", (event, button) => {
    event.preventDefault();
    if (button.getAttribute("aria-expanded") === "true") close(button);
    else open(button);
  });

  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest?.(".menu-anchor, .ts-dropdown")) zz.closeMenus();
  });

  document.addEventListener("keydown", (event) => {
    const anchor = event.target.closest?.(".menu-anchor");
    const button = anchor?.querySelector(":scope > [data-menu]");
    if (!button) return;
    const menu = panelOf(button);
    if (event.key === "Escape" && !menu.hidden) {
      event.stopPropagation();
      event.preventDefault();
      close(button, true);
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (event.target.matches("select, textarea, input:not([type=checkbox], [type=radio])")) return;
    event.preventDefault();
    if (menu.hidden) open(button);
    const all = items(menu);
    const at = all.indexOf(document.activeElement);
    const next = event.key === "ArrowDown" ? at + 1 : at - 1;
    all[(next + all.length) % all.length]?.focus();
  }, true);

  zz.on("focusout", ".menu-anchor", (event, anchor) => {
    if (event.relatedTarget && !anchor.contains(event.relatedTarget) && !event.relatedTarget.closest("dialog:modal")) {
      const button = anchor.querySelector(":scope > [data-menu]");
      if (button) close(button);
    }
  });
})();
