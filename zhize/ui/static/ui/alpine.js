// Components for x-data (Alpine's CSP build: names only, no expressions with code in them).
document.addEventListener("alpine:init", () => {
  const { Alpine } = window;

  // x-data="fold": x-on:click="toggle", x-show="open", x-bind:aria-expanded="open".
  Alpine.data("fold", () => ({
    open: false,
    init() { this.open = this.$el.dataset.open !== undefined; },
    toggle() { this.open = !this.open; },
    shut() { this.open = false; },
  }));

  // x-data="insert" data-into="#reply": x-on:click="put" on elements with data-text puts a text where the cursor is.
  Alpine.data("insert", () => ({
    put(event) {
      const area = document.querySelector(this.$root.dataset.into);
      const { text } = event.currentTarget.dataset;
      if (!area || text === undefined) return;
      area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      area.focus();
      area.dispatchEvent(new Event("input", { bubbles: true }));
      zz.closeMenus();
    },
  }));

  // x-data="tally": counts the checked boxes inside, for «3/5».
  Alpine.data("tally", () => ({
    done: 0,
    all: 0,
    init() {
      this.count();
      this.$root.addEventListener("change", () => this.count());
    },
    count() {
      const boxes = [...this.$root.querySelectorAll("input[type=checkbox]")];
      this.all = boxes.length;
      this.done = boxes.filter((box) => box.checked).length;
    },
  }));
});
