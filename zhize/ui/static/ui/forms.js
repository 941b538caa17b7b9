// Forms: one sending at a time, Ctrl+Enter, leaving with unsaved text, first error in focus, fields that depend on others.
(() => {
  const FORM = "form[data-form]";
  const DEPENDS = "[data-show-when]";

  zz.cleanForm = (form) => {
    form.classList.remove("is-dirty", "is-sending");
    const token = form.elements._token;
    if (token) token.value = crypto.randomUUID ? crypto.randomUUID().replaceAll("-", "") : String(Math.random()).slice(2);
    form.reset();
  };

  zz.on("input", FORM, (_event, form) => form.classList.add("is-dirty"));
  zz.on("change", FORM, (_event, form) => form.classList.add("is-dirty"));

  // Sending a form leaves the page, and with it what was typed, also for a server that is not there: it is asked first.
  const answered = new WeakSet();

  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.(FORM);
    if (!form) return;
    const button = event.submitter || form.querySelector("[data-submit]");
    if (answered.delete(form)) {
      form.classList.remove("is-dirty");
      setTimeout(() => { if (!event.defaultPrevented) button?.classList.add("is-busy"); }, 150);
      return;
    }
    const stop = () => { event.preventDefault(); event.stopImmediatePropagation(); };
    if (form.classList.contains("is-sending")) { stop(); return; }
    form.classList.add("is-sending");
    if (form.hasAttribute("hx-post")) return;
    stop();
    const waiting = setTimeout(() => button?.classList.add("is-busy"), 150);
    zz.answers().then((there) => {
      clearTimeout(waiting);
      button?.classList.remove("is-busy");
      if (there) {
        answered.add(form);
        // The button may have gone meanwhile.
        form.requestSubmit(event.submitter?.form === form ? event.submitter : null);
        return;
      }
      form.classList.remove("is-sending");
      document.dispatchEvent(new CustomEvent("ui:away", { detail: { text: zz.t("failed") } }));
    });
  }, true);
  document.addEventListener("htmx:finally:request", (event) => {
    event.detail.ctx.request.form?.classList.remove("is-sending");
    event.detail.ctx.sourceElement?.classList?.remove("is-sending");
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form.is-sending")) form.classList.remove("is-sending");
    for (const button of document.querySelectorAll(".btn.is-busy")) button.classList.remove("is-busy");
  });

  addEventListener("beforeunload", (event) => {
    if (document.querySelector(`${FORM}.is-dirty:not(.is-sending)`)) event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest?.("form") || document.querySelector("dialog[open] form") || document.querySelector(`main ${FORM}`);
    if (!form) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-submit]"));
  });

  // Enter in a one-line field moves on instead of sending half a form, unless the form is one field.
  zz.on("keydown", `${FORM} input:not([type=submit], [type=search])`, (event, input) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing || input.closest(".ts-wrapper")) return;
    const fields = [...input.form.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((each) => each.offsetParent);
    if (fields.length < 2) return;
    event.preventDefault();
    fields[fields.indexOf(input) + 1]?.focus();
  });

  zz.mount(FORM, (form) => {
    if (form.hasAttribute("data-draft-again")) form.classList.add("is-dirty");
    if (form.querySelector(".has-error, [data-form-error]")) {
      const first = form.querySelector(".has-error :is(input:not([type=hidden]), select, textarea)") || form.querySelector("[data-form-error]");
      if (form.querySelector("[data-form-error]")) form.classList.add("is-dirty");
      // Not away from somebody who is in one of its fields by then.
      setTimeout(() => { if (!form.querySelector(":is(input, select, textarea):focus:not([autofocus])")) first?.focus(); }, 60);
    }
    form.addEventListener("change", (event) => {
      for (const element of form.querySelectorAll(DEPENDS)) depend(element, event.target.name);
    });
  });

  // Also what arrives later: a field that nothing has hidden yet would take words that nobody reads.
  zz.mount(`${FORM} ${DEPENDS}`, (element) => depend(element));

  // What a wide screen has room for and a phone opens on demand; what is wrong in it stays in sight.
  zz.mount("details[data-folds]", (box) => {
    box.open = !matchMedia("(max-width: 767px)").matches || box.querySelector("[data-form-error]") !== null;
    box.classList.add("is-folding");
  });

  // data-show-when="kind=repair,fault": the field is there only while another has one of these values. One that was
  // refused stays in sight until that other changes.
  function depend(element, changed) {
    const [name, wanted = ""] = element.dataset.showWhen.split("=");
    const box = element.closest(".field") || element;
    if (box.classList.contains("has-error") && changed !== name) return;
    const values = new FormData(element.closest(FORM)).getAll(name);
    const on = wanted.split(",").some((value) => values.includes(value));
    box.hidden = !on;
    for (const control of box.querySelectorAll("input, select, textarea")) control.disabled = !on;
  }

  zz.mount("[data-count]", (area) => {
    const note = zz.el("span", { class: "field-count num", "aria-hidden": "true" });
    const show = () => { note.textContent = zz.t("characters", { n: [...area.value].length, max: area.dataset.count }); };
    area.addEventListener("input", show);
    area.insertAdjacentElement("afterend", note);
    show();
  });
})();
