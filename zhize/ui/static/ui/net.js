// Requests: the token, questions before acts, what a finished act refreshes, and failures that keep what was typed.
(() => {
  const banner = document.getElementById("banner");

  function warn(text) {
    if (!banner) return;
    banner.replaceChildren(zz.icon("cloud-off"), text);
    banner.hidden = false;
  }
  let watching = 0;
  const calm = () => { if (banner) banner.hidden = true; };

  addEventListener("offline", () => warn(zz.t("offline")));
  addEventListener("online", () => { calm(); zz.toast("success", zz.t("online")); });
  if (!navigator.onLine) warn(zz.t("offline"));

  const isPoll = (ctx) => /every /.test(ctx?.sourceElement?.getAttribute?.("hx-trigger") || "");

  document.addEventListener("htmx:config:request", (event) => {
    const { request } = event.detail.ctx;
    // Whoever sits before the screen did not ask for it: it does not keep the session alive.
    if (isPoll(event.detail.ctx)) request.headers["X-Poll"] = "1";
    if (!/^(GET|HEAD)$/i.test(request.method)) request.headers["X-CSRFToken"] = zz.csrf();
    // What a form carries for its own sending has no place in an address.
    else for (const name of ["csrfmiddlewaretoken", "_token", "_draft", "next"]) request.body?.delete?.(name);
    // htmx.ajax names its source as the target; the server decides by the real one.
    const { target } = event.detail.ctx;
    if (target instanceof Element) request.headers["HX-Target"] = `${target.tagName.toLowerCase()}${target.id ? `#${target.id}` : ""}`;
  });

  // Fetch a part of a page into an element. Each element has its own queue, so two parts never wait for each other.
  zz.load = (url, target, { swap = "innerHTML", select } = {}) => htmx.ajax("GET", url, { source: target, target, swap, select });

  document.addEventListener("htmx:confirm", (event) => {
    event.preventDefault();
    const { confirm, sourceElement, request } = event.detail.ctx;
    const button = request?.submitter || sourceElement;
    // The answer bears the words of the button that was pressed.
    const said = (button?.getAttribute("aria-label") || button?.innerText || "").split("\n")[0].replace("…", "").trim();
    const danger = /\bbtn-danger/.test(button?.className || "") || button?.hasAttribute("data-danger");
    zz.ask(confirm, { ...(said ? { yes: said } : {}), danger }).then((yes) => (yes ? event.detail.issueRequest() : event.detail.dropRequest()));
  });

  // A button that waits says so, but only when the wait can be felt.
  const waiting = new WeakMap();
  document.addEventListener("htmx:before:request", (event) => {
    const { sourceElement, request } = event.detail.ctx;
    const button = request.submitter || sourceElement?.closest?.("button, .btn");
    if (button) waiting.set(event.detail.ctx, [button, setTimeout(() => button.classList.add("is-busy"), 150)]);
  });
  document.addEventListener("htmx:finally:request", (event) => {
    const [button, timer] = waiting.get(event.detail.ctx) || [];
    clearTimeout(timer);
    button?.classList.remove("is-busy");
  });

  document.addEventListener("htmx:error", (event) => {
    const { ctx, error } = event.detail;
    if (isPoll(ctx)) return;
    warn(zz.t(error?.name === "AbortError" || error?.name === "TimeoutError" ? "timeout" : navigator.onLine ? "failed" : "offline"));
  });
  document.addEventListener("htmx:after:request", () => { if (!watching) calm(); });

  // Whether the server is there at all. Without the session, which would ask the database: an outage of that has its own page.
  zz.answers = () => fetch("/healthz", { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(10_000) }).then((answer) => answer.status < 500, () => false);

  // The server cannot answer: said once, whoever asked, until it can again (ui:ready), without anybody doing anything.
  zz.untilReady = () => {
    watching ||= setInterval(async () => {
      const answer = await fetch("/readyz", { cache: "no-store" }).catch(() => null);
      if (!answer?.ok) return;
      clearInterval(watching);
      watching = 0;
      document.dispatchEvent(new Event("ui:ready"));
    }, 4000);
  };
  document.addEventListener("ui:away", (event) => {
    const { text, toast } = event.detail;
    if (toast) zz.toast("error", toast, { away: true });
    warn(text);
    zz.untilReady();
  });
  document.addEventListener("ui:ready", () => {
    if (banner && !banner.hidden) zz.toast("success", zz.t("ready"));
    calm();
    for (const note of document.querySelectorAll("[data-toast][data-away]")) note.remove();
    const failure = document.querySelector("[data-until-ready]");
    if (failure) failure.querySelector("h1").textContent = zz.t("ready");
    for (const text of failure?.querySelectorAll("[data-outage]") || []) text.remove();
  });
  zz.mount("[data-until-ready]", zz.untilReady);

  // Error pages never replace what is on the screen; refusals of a form (4xx with content) do show.
  document.addEventListener("htmx:before:swap", (event) => {
    const { response, hx } = event.detail.ctx;
    if ((response?.status || 200) < 500) return;
    event.preventDefault();
    if (!hx?.trigger && !isPoll(event.detail.ctx)) warn(zz.t("failed"));
  });

  document.addEventListener("ui:toast", (event) => {
    const { level, text, reload } = event.detail;
    zz.toast(level, text, { reload });
  });

  document.addEventListener("ui:session-ended", () => {
    const dialog = document.getElementById("session-ended");
    if (dialog && !dialog.open) dialog.showModal();
  });

  // Signing in renews the form token: whoever has done so in another window goes on here with the new one.
  document.getElementById("session-ended")?.addEventListener("close", async () => {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const token = page.querySelector("input[name=csrfmiddlewaretoken]")?.value;
    for (const field of token ? document.querySelectorAll("input[name=csrfmiddlewaretoken]") : []) field.value = token;
    // What was typed is the draft of whoever typed it, not of a colleague who signed in at the same desk.
    const who = JSON.parse(page.getElementById("ui-assets")?.textContent || "{}").user;
    if (token && who === zz.assets.user) document.dispatchEvent(new Event("ui:signed-in"));
  });

  // After an act: close what it was done in, start its form anew, refresh what is behind.
  document.addEventListener("ui:done", (event) => {
    const { refresh, keep } = event.detail;
    for (const form of document.querySelectorAll("form.is-sending")) zz.cleanForm?.(form);
    if (!keep) zz.closeAll();
    if (refresh) zz.refresh();
  });

  document.addEventListener("ui:outrun", () => zz.refresh());

  // Refresh the parts marked data-refresh, the list, or the whole main part; typed text stays.
  zz.refresh = () => {
    const marked = [...document.querySelectorAll("[data-refresh][id]")];
    const parts = marked.length ? marked : [document.getElementById("list") || document.getElementById("main")];
    for (const part of parts) {
      if (part) zz.load(location.href, part, { select: `#${part.id}`, swap: "outerMorph" });
    }
  };
})();
