// What is typed is kept by itself: on the server, or on this machine while the server cannot be reached.
(() => {
  // What the page tells the server of itself (its token, the version it shows) is none of what somebody types.
  const ours = (name) => name.startsWith("_") || ["csrfmiddlewaretoken", "next"].includes(name);
  const KEPT_NOWHERE = ["password", "file", "search"];
  const OWN = `zz-draft:${zz.assets.user}:`;
  const local = (key) => OWN + key;

  // Whoever signed out leaves nothing of what he saw in the tab.
  try { if (!zz.assets.user) for (const name of Object.keys(sessionStorage)) if (name.startsWith("zz-blank:")) sessionStorage.removeItem(name); } catch { /* the machine forbids it */ }

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

  const kept = (element) => element.name && !ours(element.name) && !KEPT_NOWHERE.includes(element.type) && !element.closest("[data-signature]");

  function collect(form) {
    const data = {};
    for (const element of [...form.elements].filter(kept)) {
      if ((element.type === "checkbox" || element.type === "radio") && !element.checked) continue;
      const values = element.multiple ? [...element.selectedOptions].map((option) => option.value) : [element.value];
      if (values.some((value) => value !== "")) (data[element.name] ||= []).push(...values);
    }
    return data;
  }

  // Only what differs from what the form was shown with: put back, the rest does not undo what others wrote meanwhile.
  function difference(data, shown) {
    const names = Object.keys({ ...shown, ...data });
    return Object.fromEntries(names.filter((name) => JSON.stringify(data[name]) !== JSON.stringify(shown[name])).map((name) => [name, data[name] || []]));
  }

  // Returns whether it became another value.
  function set(element, values, text) {
    const before = element.multiple ? [...element.selectedOptions].map((option) => option.value).join("\n") : element.value;
    if (element.type === "checkbox" || element.type === "radio") {
      const on = (values.length ? values : [""]).includes(element.value);
      if (element.checked === on) return false;
      element.checked = on;
      return true;
    }
    if (element.options) {
      const missing = values.filter((value) => ![...element.options].some((option) => option.value === value));
      // A choice that is there no more is no choice; what a combobox finds elsewhere is.
      if (missing.length && !element.dataset.combobox) return false;
      for (const value of missing) if (element.tomselect) element.tomselect.addOption({ value, text: text || value }); else element.add(new Option(text || value, value));
    }
    if (element.multiple ? values.join("\n") === before : (values[0] ?? "") === before) return false;
    if (element.tomselect) element.tomselect.setValue(values);
    else if (element.multiple) for (const option of element.options) option.selected = values.includes(option.value);
    else element.value = values[0] ?? "";
    return true;
  }

  // The draft that was asked for, until somebody changes something: some fields only come with the choice of another.
  let restored = null;
  let filling = false;
  function fill(elements, { data, told, text }) {
    filling = true;
    const seen = {};
    const mine = (element) => {
      const values = data[element.name];
      if (!values || element.multiple || ["checkbox", "radio"].includes(element.type)) return values;
      return values.slice((seen[element.name] = (seen[element.name] ?? -1) + 1));
    };
    // All of them before anything is told of: what a change brings anew is asked for with everything.
    const changed = elements.filter((element) => kept(element) && data[element.name] && set(element, mine(element), text));
    for (const element of changed) {
      if (told.has(element.name)) continue;
      told.add(element.name);
      element.dispatchEvent(new Event("change", { bubbles: true }));
    }
    filling = false;
  }
  for (const happened of ["input", "change"]) document.addEventListener(happened, () => { if (!filling) restored = null; });
  document.addEventListener("ui:done", () => { restored = null; });
  zz.mount("form[data-draft] [name]", (element) => {
    const form = element.form;
    if (restored && restored.key === form?.dataset.draft && (form === restored.form || form.hasAttribute("data-draft-again"))) fill([element], restored);
  });

  // What somebody else wrote meanwhile stands beside the field: it can be taken instead of one's own.
  zz.on("click", "[data-take]", (_event, button) => {
    const { form, dataset } = button;
    const elements = [...button.closest("[data-field]").querySelectorAll("[name]")];
    const data = Object.fromEntries(elements.map((element) => [element.name, JSON.parse(dataset.take)]));
    fill(elements, { data, told: new Set(), text: dataset.takeText });
    form.classList.add("is-dirty");
    button.closest(".field-present").remove();
  });

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
    // What the form held before anybody typed. Refused, or made anew for another choice, it comes back with what was
    // sent: then the page before knows.
    const again = form.hasAttribute("data-draft-again") || form.querySelector("[data-form-error], .has-error") !== null;
    const before = `zz-blank:${zz.assets.user}:${key}`;
    let blank = {};
    try {
      if (again) blank = JSON.parse(sessionStorage.getItem(before)) || {};
      else sessionStorage.setItem(before, JSON.stringify(blank = collect(form)));
    } catch { /* the machine forbids it: refused, it is all as if typed */ }
    const written = () => {
      const data = difference(collect(form), blank);
      return form.elements._seen && Object.keys(data).length ? { ...data, _seen: [form.elements._seen.value] } : data;
    };

    const save = zz.debounce(1500, async () => {
      if (!form.isConnected || form.classList.contains("is-sending")) return;
      const data = written();
      if (JSON.stringify(data) === last || (!worth(data) && !last)) return;
      last = JSON.stringify(data);
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
        say(zz.t(problem.status === 401 ? "draftSignedOut" : "draftLocal", { time }));
      }
    });
    form.addEventListener("input", save);
    form.addEventListener("change", save);
    // What this page put on this machine goes to the server as soon as it can: there it ends with its sending. Another
    // page of the machine may have brought it there by then.
    // An older draft is only offered: the untouched form must not take its place.
    const bring = () => { if (form.isConnected && here) { last = ""; save(); } };
    document.addEventListener("ui:ready", bring);
    document.addEventListener("ui:away", save);
    form.addEventListener("submit", () => {
      const data = written();
      if (!form.hasAttribute("hx-post") && Object.keys(data).length) put(key, data, form.elements._token?.value);
    });
    // The last words before the page is left are in no draft yet.
    addEventListener("pagehide", () => {
      if (!form.isConnected) return;
      const data = written();
      if (form.matches(".is-dirty:not(.is-sending)") && last !== JSON.stringify(data) && worth(data)) put(key, data);
    });
    addEventListener("online", bring);
    document.addEventListener("ui:signed-in", bring);
    // Whoever types a new matter no longer wants the old one put over it.
    form.addEventListener("input", (event) => {
      if (!event.isTrusted || event.target.type === "search" || ["radio", "checkbox"].includes(event.target.type)) return;
      typed = true;
      bar?.remove();
    });

    const sent = form.querySelector("script[type='application/json']");
    const known = [read(local(key)), sent && JSON.parse(sent.textContent)].filter((each) => worth(each?.data));
    const [found] = known.sort((one, other) => new Date(other.at) - new Date(one.at));
    if (again) save();
    else if (found) settled.then(() => { if (!typed && !done.has(key)) offer(found); });

    function offer({ at, data }) {
      const restore = zz.el("button", { type: "button", class: "btn btn-sm" }, zz.t("draftRestore"));
      const discard = zz.el("button", { type: "button", class: "btn btn-sm btn-quiet" }, zz.t("draftDiscard"));
      bar = zz.el("div", { class: "note draft-bar" }, zz.icon("history"), zz.el("div", { class: "row-wrap" }, zz.t("draftFound", { time: clock(at) }), restore, discard));
      form.prepend(bar);
      restore.addEventListener("click", () => {
        restored = { key, data, form, told: new Set() };
        // It was written against what stood there then: whoever has changed that meanwhile is not written over unseen.
        if (data._seen && form.elements._seen) form.elements._seen.value = data._seen[0];
        fill([...form.elements], restored);
        bar.remove();
      });
      discard.addEventListener("click", () => {
        bar.remove();
        localStorage.removeItem(local(key));
        zz.request(zz.assets.draft, { method: "POST", json: { key, data: null } }).catch(() => {});
      });
    }
  });
})();
