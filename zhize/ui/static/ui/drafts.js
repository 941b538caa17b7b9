// What is typed is kept by itself: on the server, or on this machine while the server cannot be reached.
(() => {
  const SKIP = new Set(["csrfmiddlewaretoken", "_token", "_draft", "next"]);
  const OWN = `zz-draft:${zz.assets.user}:`;
  const local = (key) => OWN + key;

  const read = (name) => { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; /* spoilt */ } };
  // Whether it could be put there: the machine may forbid it.
  function put(key, data, token) {
    try {
      localStorage.setItem(local(key), JSON.stringify({ at: Date.now() + zz.clockOffset, data, token }));
      return true;
    } catch { return false; }
  }

  // What a page that ended left on this machine goes to the server, which knows what it has done of what was sent: that is
  // no draft any more. What the server refuses (too long, of an unknown kind) it would refuse again.
  const done = new Set();
  const FOR_GOOD = [400, 413, 422];
  async function hand(name) {
    const [key, kept, left] = [name.slice(OWN.length), localStorage.getItem(name), read(name)];
    try {
      if (left && (await zz.request(zz.assets.draft, { method: "POST", json: { key, ...left } })).done) done.add(key);
    } catch (problem) {
      if (!FOR_GOOD.includes(problem.status)) throw problem;
    }
    // Another page may have put something newer there meanwhile.
    if (localStorage.getItem(name) === kept) localStorage.removeItem(name);
  }
  const settled = (async () => {
    for (const name of Object.keys(localStorage).filter((each) => each.startsWith(OWN))) await hand(name);
  })().catch(() => { /* the server is away, or the machine forbids it */ });

  function collect(form) {
    const data = {};
    for (const element of form.elements) {
      if (!element.name || SKIP.has(element.name) || element.type === "password" || element.type === "file" || element.type === "search" || element.closest("[data-signature]")) continue;
      if ((element.type === "checkbox" || element.type === "radio") && !element.checked) continue;
      const values = element.multiple ? [...element.selectedOptions].map((option) => option.value) : [element.value];
      if (values.some((value) => value !== "")) (data[element.name] ||= []).push(...values);
    }
    return data;
  }

  function fill(form, data) {
    for (const element of form.elements) {
      const values = data[element.name];
      if (!element.name || !values || SKIP.has(element.name) || element.type === "file") continue;
      if (element.type === "checkbox" || element.type === "radio") element.checked = values.includes(element.value);
      else if (element.tomselect) {
        for (const value of values) element.tomselect.addOption({ value, text: value });
        element.tomselect.setValue(values);
      } else if (element.multiple) for (const option of element.options) option.selected = values.includes(option.value);
      else element.value = values.shift() ?? "";
      element.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  function clock(at) {
    const said = (zone) => new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", ...zone });
    try { return said({ timeZone: zz.assets.zone }); } catch { return said({}); /* a zone this browser does not know */ }
  }

  zz.mount("form[data-draft]", (form) => {
    const key = form.dataset.draft;
    const note = form.querySelector("[data-draft-note]");
    const only = form.dataset.draftOf;  // Without this field the rest is not worth keeping.
    const worth = (data) => Object.keys(data || {}).length > 0 && (!only || (data[only] || []).length > 0);
    let bar = null;
    const say = (text) => { if (note) note.textContent = text; };
    let last = "";
    let here = false;  // This page put what it holds on this machine.
    let typed = false;
    // What the form held before anybody typed. Refused, it comes back with what was sent: then the page before knows.
    const before = `zz-blank:${zz.assets.user}:${key}`;
    let blank = null;
    try { blank = form.querySelector("[data-form-error], .has-error") ? sessionStorage.getItem(before) : JSON.stringify(collect(form)); } catch { /* the machine forbids it: as if typed */ }

    const save = zz.debounce(1500, async () => {
      if (!form.isConnected || form.classList.contains("is-sending")) return;
      const data = collect(form);
      const written = JSON.stringify(data);
      if (written === last || ((!worth(data) || written === blank) && !last)) return;
      last = written;
      const time = clock(Date.now() + zz.clockOffset);
      try {
        await zz.request(zz.assets.draft, { method: "POST", json: { key, data } });
        localStorage.removeItem(local(key));
        here = false;
        say(zz.t("draftSaved", { time }));
      } catch (problem) {
        if (!problem.status || problem.status === 503) zz.untilReady();
        if (FOR_GOOD.includes(problem.status) || !put(key, data)) return;
        here = true;
        say(zz.t("draftLocal", { time }));
      }
    });
    form.addEventListener("input", save);
    form.addEventListener("change", save);
    // What this page put on this machine goes to the server as soon as it can: there it ends with its sending.
    // An older draft is only offered: the untouched form must not take its place.
    const bring = () => { if (form.isConnected && here && localStorage.getItem(local(key))) { last = ""; save(); } };
    document.addEventListener("ui:ready", bring);
    document.addEventListener("ui:away", save);
    form.addEventListener("submit", () => {
      const data = collect(form);
      try { if (blank !== null) sessionStorage.setItem(before, blank); } catch { /* the machine forbids it */ }
      if (!form.hasAttribute("hx-post") && JSON.stringify(data) !== blank) put(key, data, form.elements._token?.value);
    });
    // The last words before the page is left are in no draft yet.
    addEventListener("pagehide", () => {
      if (!form.isConnected) return;
      const data = collect(form);
      if (form.matches(".is-dirty:not(.is-sending)") && ![last, blank].includes(JSON.stringify(data)) && worth(data)) put(key, data);
    });
    addEventListener("online", bring);
    // Whoever types a new matter no longer wants the old one put over it.
    form.addEventListener("input", (event) => {
      if (!event.isTrusted || event.target.type === "search" || ["radio", "checkbox"].includes(event.target.type)) return;
      typed = true;
      bar?.remove();
    });

    const sent = form.querySelector("script[type='application/json']");
    const known = [read(local(key)), sent && JSON.parse(sent.textContent)].filter((each) => worth(each?.data));
    const [found] = known.sort((one, other) => new Date(other.at) - new Date(one.at));
    if (found && !form.querySelector("[data-form-error]")) settled.then(() => { if (!typed && !done.has(key)) offer(found); });

    function offer({ at, data }) {
      const restore = zz.el("button", { type: "button", class: "btn btn-sm" }, zz.t("draftRestore"));
      const discard = zz.el("button", { type: "button", class: "btn btn-sm btn-quiet" }, zz.t("draftDiscard"));
      bar = zz.el("div", { class: "note draft-bar" }, zz.icon("history"), zz.el("div", { class: "row-wrap" }, zz.t("draftFound", { time: clock(at) }), restore, discard));
      form.prepend(bar);
      restore.addEventListener("click", () => { fill(form, data); bar.remove(); });
      discard.addEventListener("click", () => {
        bar.remove();
        localStorage.removeItem(local(key));
        zz.request(zz.assets.draft, { method: "POST", json: { key, data: null } }).catch(() => {});
      });
    }
  });
})();
