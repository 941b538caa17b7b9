// The small ground the other scripts stand on: texts, requests, toasts, and «mount» for content that arrives later.
(() => {
  const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "{}");
  const texts = read("ui-texts");
  const assets = read("ui-assets");

  const zz = {
    texts,
    assets,
    clockOffset: assets.now ? Date.parse(assets.now) - Date.now() : 0,

    // A text with {name} places filled.
    t(key, values = {}) {
      return (texts[key] || key).replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
    },

    el(tag, attributes = {}, ...children) {
      const made = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) {
        if (value === false || value == null) continue;
        made.setAttribute(name, value === true ? "" : value);
      }
      made.append(...children.filter((child) => child != null));
      return made;
    },

    icon(name, size = 18) {
      const ns = "http://www.w3.org/2000/svg";
      const svg = document.createElementNS(ns, "svg");
      const use = document.createElementNS(ns, "use");
      use.setAttribute("href", `${assets.icons}#${name}`);
      svg.setAttribute("class", "icon");
      svg.setAttribute("width", size);
      svg.setAttribute("height", size);
      svg.setAttribute("aria-hidden", "true");
      svg.append(use);
      return svg;
    },

    csrf() {
      const field = document.querySelector("input[name=csrfmiddlewaretoken]");
      return field?.value || document.querySelector("meta[name=csrf]")?.content || "";
    },

    // JSON in, JSON out; throws with .status on a refusal.
    async request(url, { method = "GET", json, form } = {}) {
      const headers = { Accept: "application/json" };
      if (method !== "GET") headers["X-CSRFToken"] = zz.csrf();
      if (json !== undefined) headers["Content-Type"] = "application/json";
      const body = json !== undefined ? JSON.stringify(json) : form;
      const answer = await fetch(url, { method, headers, body, credentials: "same-origin" });
      if (!answer.ok) throw Object.assign(new Error(String(answer.status)), { status: answer.status });
      return answer.status === 204 ? null : answer.json();
    },

    // Delegated listener: works for content that arrives later.
    on(event, selector, handler, options) {
      document.addEventListener(event, (happened) => {
        const found = happened.target instanceof Element && happened.target.closest(selector);
        if (found) handler(happened, found);
      }, options);
    },

    // Run `setUp(element)` once for every element that matches, now and later.
    mount(selector, setUp) {
      mounts.push([selector, setUp]);
      for (const found of document.querySelectorAll(selector)) mountOne(found, selector, setUp);
    },

    toast(level, text, { reload = false, away = false } = {}) {
      const box = document.getElementById("toasts");
      // The same again takes the place of the one before: a screen full of it says no more than one.
      for (const said of box?.children || []) if (said.textContent.trim() === text) said.remove();
      const note = document.getElementById("toast-pattern")?.content.firstElementChild.cloneNode(true);
      if (!box || !note) return;
      note.classList.add(`toast-${level}`);
      note.toggleAttribute("data-away", away);
      const picture = { success: "circle-check", warning: "alert-triangle", error: "alert-circle" }[level] || "info-circle";
      note.querySelector(".toast-icon").append(zz.icon(picture));
      note.querySelector(".toast-text").textContent = text;
      if (reload) {
        const again = zz.el("a", { href: location.href }, texts.retry || "");
        note.querySelector(".toast-text").append(" ", again);
      }
      box.append(note);
    },

    loadScript(name) {
      loading[name] ||= new Promise((resolve, reject) => {
        const script = zz.el("script", { src: assets[name] });
        script.addEventListener("load", resolve);
        script.addEventListener("error", reject);
        document.head.append(script);
      });
      return loading[name];
    },

    isTyping(target) {
      return target instanceof Element && Boolean(target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]"));
    },

    debounce(wait, run) {
      let timer;
      return (...given) => {
        clearTimeout(timer);
        timer = setTimeout(() => run(...given), wait);
      };
    },

    store: {
      get(key) { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } },
      set(key, value) { try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden */ } },
    },
  };

  const mounts = [];
  const loading = {};
  const mounted = new WeakMap();

  function mountOne(element, selector, setUp) {
    const done = mounted.get(element) || new Set();
    if (done.has(selector)) return;
    done.add(selector);
    mounted.set(element, done);
    setUp(element);
  }

  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const added of change.addedNodes) {
        if (!(added instanceof Element)) continue;
        for (const [selector, setUp] of mounts) {
          if (added.matches(selector)) mountOne(added, selector, setUp);
          for (const found of added.querySelectorAll(selector)) mountOne(found, selector, setUp);
        }
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });

  window.zz = zz;

  zz.mount("[data-toast]", (note) => {
    const stays = note.classList.contains("toast-error") || note.querySelector("a");
    const remove = () => note.remove();
    let timer = stays ? 0 : setTimeout(remove, 6000);
    note.addEventListener("pointerenter", () => clearTimeout(timer));
    note.addEventListener("pointerleave", () => { if (!stays) timer = setTimeout(remove, 3000); });
    note.querySelector("[data-toast-close]")?.addEventListener("click", remove);
  });

  zz.on("click", "[data-copy]", async (event, button) => {
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      zz.toast("success", zz.t("copied"));
    } catch {
      zz.toast("warning", zz.t("copyFailed"));
    }
  });

  zz.on("click", "[data-history-back]", () => (history.length > 1 ? history.back() : (location.href = "/")));
  zz.on("click", "[data-reload]", () => location.reload());

  // Theme and density apply at once and are kept in the background; the language needs the page anew.
  zz.on("click", "form[data-preferences] button", (event, button) => {
    if (button.name === "language") return;
    event.preventDefault();
    const root = document.documentElement;
    root.dataset[button.name] = button.value;
    if (button.name === "theme") window.zzTheme();
    for (const each of document.querySelectorAll(`form[data-preferences] button[name=${button.name}]`)) {
      each.setAttribute("aria-pressed", String(each.value === button.value));
    }
    const form = new FormData();
    form.set(button.name, button.value);
    zz.request(button.form.action, { method: "POST", form }).catch(() => {});
  });
})();
