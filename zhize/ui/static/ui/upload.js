// Files: drop, paste, camera, a list with previews, the size checked before sending, and progress while sending.
(() => {
  const megabytes = (bytes) => bytes / 1048576;
  const size = (bytes) => bytes < 104858 ? `${Math.ceil(bytes / 1024)} KB` : `${megabytes(bytes).toFixed(1)} MB`;

  zz.mount("[data-upload]", (box) => {
    const input = box.querySelector("input[type=file]");
    const list = box.querySelector("[data-upload-files]");
    const drop = box.querySelector(".upload-drop");

    function keep(files) {
      const limit = zz.assets.uploadLimit || 25;
      const chosen = new DataTransfer();
      for (const file of files) {
        if (megabytes(file.size) > limit) zz.toast("warning", zz.t("uploadTooBig", { name: file.name, limit }));
        else chosen.items.add(file);
      }
      input.files = chosen.files;
      show();
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }

    function show() {
      list.replaceChildren();
      for (const file of input.files) {
        const remove = zz.el("button", { type: "button", class: "btn btn-icon btn-sm btn-quiet", "aria-label": zz.t("uploadRemove", { name: file.name }) }, zz.icon("x", 16));
        remove.addEventListener("click", () => keep([...input.files].filter((each) => each !== file)));
        let picture = zz.icon("file", 18);
        if (file.type.startsWith("image/")) {
          const url = URL.createObjectURL(file);
          picture = zz.el("img", { src: url, alt: "" });
          picture.addEventListener("load", () => URL.revokeObjectURL(url));
        }
        list.append(zz.el("li", {}, picture, file.name, zz.el("span", { class: "quiet num" }, size(file.size)), remove));
      }
    }

    function add(files) {
      if (!files.length) return;
      keep(input.multiple ? [...input.files, ...files] : [files[0]]);
    }

    input.addEventListener("change", () => keep([...input.files]));
    input.form?.addEventListener("reset", () => setTimeout(show));
    drop.addEventListener("dragover", (event) => { event.preventDefault(); box.classList.add("is-over"); });
    drop.addEventListener("dragleave", () => box.classList.remove("is-over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      box.classList.remove("is-over");
      add([...event.dataTransfer.files]);
    });
    input.form?.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files || [])];
      if (files.length) { event.preventDefault(); add(files); }
    });
    box.querySelector("[data-camera]")?.addEventListener("click", () => {
      const camera = zz.el("input", { type: "file", accept: "image/*", capture: "environment" });
      camera.addEventListener("change", () => add([...camera.files]));
      camera.click();
    });
  });

  const carries = (form) => [...(form?.querySelectorAll?.("input[type=file]") || [])].some((input) => input.files.length);

  // fetch() reports no progress, so forms that carry files go by the older way and answer like fetch.
  function send(url, { method, body, headers, signal }, note) {
    return new Promise((resolve, reject) => {
      const call = new XMLHttpRequest();
      call.open(method, url);
      for (const [name, value] of Object.entries(headers || {})) call.setRequestHeader(name, value);
      call.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        const percent = Math.round((event.loaded / event.total) * 100);
        note.bar.value = percent;
        note.text.textContent = zz.t("uploading", { percent });
      });
      call.addEventListener("load", () => {
        const received = new Headers();
        for (const line of call.getAllResponseHeaders().trim().split(/\r?\n/)) {
          const [name, ...rest] = line.split(":");
          if (name) received.append(name.trim(), rest.join(":").trim());
        }
        const empty = [204, 304].includes(call.status);
        const answer = new Response(empty ? null : call.responseText, { status: call.status, headers: received });
        Object.defineProperty(answer, "url", { value: call.responseURL });
        resolve(answer);
      });
      call.addEventListener("error", () => reject(new TypeError("network")));
      call.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      signal?.addEventListener("abort", () => call.abort());
      call.send(body);
    }).finally(() => note.box.remove());
  }

  function progress(form) {
    const bar = zz.el("progress", { class: "bar", max: "100", value: "0" });
    const text = zz.el("span", { class: "num" }, zz.t("uploading", { percent: 0 }));
    const box = zz.el("span", { class: "progress-line", role: "status" }, bar, text);
    form.querySelector(".form-foot")?.append(box);
    return { bar, text, box };
  }

  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail;
    if (!carries(ctx.request.form)) return;
    ctx.fetch = (url, request) => send(url, request, progress(ctx.request.form));
    ctx.request.timeout = 0;
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches?.("form[data-form]:not([hx-post])") || !carries(form) || event.defaultPrevented) return;
    event.preventDefault();
    const note = progress(form);
    try {
      const answer = await send(form.action, { method: "POST", body: new FormData(form, event.submitter), headers: { "X-Upload": "1" } }, note);
      const to = answer.headers.get("X-Go");
      if (to) { location.href = to; return; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("main");
      if (!fresh) throw new Error("no page");
      document.getElementById("main").replaceWith(document.adoptNode(fresh));
      htmx.process(document.getElementById("main"));
      scrollTo(0, 0);
    } catch {
      form.classList.remove("is-sending");
      form.classList.add("is-dirty");
      zz.toast("error", zz.t("failed"));
    }
  });
})();
