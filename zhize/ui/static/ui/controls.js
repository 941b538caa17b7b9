// Larger controls: the combobox with a remote source, and the signature pad.
(() => {
  const escaped = (text) => {
    const box = document.createElement("span");
    box.textContent = text ?? "";
    return box.innerHTML;
  };

  zz.mount("select[data-combobox]", async (select) => {
    const options = JSON.parse(select.dataset.combobox || "{}");
    try { await zz.loadScript("combobox"); } catch { return; }
    if (!select.isConnected || select.tomselect) return;
    const focused = document.activeElement === select;
    // Only who reaches for the list gets it open: not a field that was focused for him, nor one he passes with Tab.
    let asked = false;
    const label = select.labels?.[0]?.textContent || select.getAttribute("aria-label") || "";
    const box = new window.TomSelect(select, {
      maxOptions: 100,
      create: options.create || false,
      persist: false,
      placeholder: options.placeholder || undefined,
      hidePlaceholder: true,
      allowEmptyOption: !options.source && !select.multiple,
      selectOnTab: true,
      openOnFocus: true,
      searchField: ["text", "hint"],
      plugins: select.multiple ? { remove_button: { title: zz.t("remove") } } : {},
      preload: options.source && !options.minimum ? "focus" : false,
      shouldLoad: (text) => text.length >= (options.minimum || 0),
      load: options.source ? function load(text, done) {
        const url = new URL(options.source, location.href);
        url.searchParams.set("q", text);
        zz.request(url).then((answer) => {
          // An answer that comes after the text has changed again is of no use.
          if (text !== (this.control_input?.value ?? "").trim()) { done(); return; }
          this.clearOptions((option) => this.items.includes(String(option.value)));
          done(answer.items || []);
        }, () => done());
      } : undefined,
      score: options.source ? () => () => 1 : undefined,
      render: {
        option: (item) => `<div>${escaped(item.text)}${item.hint ? `<span class="quiet">${escaped(item.hint)}</span>` : ""}</div>`,
        item: (item) => `<div>${escaped(item.text)}${item.hint ? `<span class="quiet">${escaped(item.hint)}</span>` : ""}</div>`,
        no_results: () => `<div class="no-results">${escaped(zz.t("comboEmpty"))}</div>`,
        loading: () => `<div class="loading-text">${escaped(zz.t("comboLoading"))}</div>`,
        option_create: (item) => `<div class="create">${escaped(zz.t("comboAdd", { text: item.input }))}</div>`,
      },
      onChange: () => select.dispatchEvent(new Event("input", { bubbles: true })),
    });
    const open = box.open.bind(box);
    box.open = () => { if (asked) open(); };
    box.control.addEventListener("pointerdown", () => { asked = true; }, true);
    box.control_input.addEventListener("keydown", (event) => { if (!["Tab", "Shift", "Escape"].includes(event.key)) asked = true; }, true);
    box.control_input.addEventListener("input", () => { asked = true; }, true);
    box.on("blur", () => { asked = false; });
    box.control_input.setAttribute("aria-label", label);
    select.setAttribute("aria-label", label);
    if (select.hasAttribute("aria-required")) box.control_input.setAttribute("aria-required", "true");
    if (focused) box.focus();
    const described = select.getAttribute("aria-describedby");
    if (described) box.control_input.setAttribute("aria-describedby", described);
  });

  zz.mount("[data-signature]", (box) => {
    const pad = box.querySelector("canvas");
    const field = box.querySelector("input");
    const pen = pad.getContext("2d");
    let drawing = false;
    pen.lineWidth = 2.5;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#111";
    const place = (event) => {
      const frame = pad.getBoundingClientRect();
      return [(event.clientX - frame.left) * (pad.width / frame.width), (event.clientY - frame.top) * (pad.height / frame.height)];
    };
    pad.addEventListener("pointerdown", (event) => {
      drawing = true;
      pad.setPointerCapture(event.pointerId);
      pen.beginPath();
      pen.moveTo(...place(event));
    });
    pad.addEventListener("pointermove", (event) => {
      if (!drawing) return;
      pen.lineTo(...place(event));
      pen.stroke();
    });
    const stop = () => {
      if (!drawing) return;
      drawing = false;
      field.value = pad.toDataURL("image/png");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    pad.addEventListener("pointerup", stop);
    pad.addEventListener("pointercancel", stop);
    const clear = () => { pen.clearRect(0, 0, pad.width, pad.height); field.value = ""; };
    box.querySelector("[data-signature-clear]").addEventListener("click", clear);
    field.form?.addEventListener("reset", clear);
    if (field.value.startsWith("data:image/")) {
      const before = new Image();
      before.addEventListener("load", () => pen.drawImage(before, 0, 0));
      before.src = field.value;
    }
  });
})();
