// Keeps «还剩 3 小时 20 分», its colour, and «3 小时前» current without asking the server.
(() => {
  const MINUTE = 60, HOUR = 3600, DAY = 86400;

  function span(seconds) {
    let rest = Math.floor(Math.abs(seconds));
    if (rest < MINUTE) return zz.t("moment");
    const days = Math.floor(rest / DAY);
    rest %= DAY;
    const hours = Math.floor(rest / HOUR);
    const minutes = Math.floor((rest % HOUR) / MINUTE);
    const parts = [];
    if (days) parts.push(zz.t("day", { n: days }));
    if (hours) parts.push(zz.t("hour", { n: hours }));
    if (minutes && !days) parts.push(zz.t(parts.length ? "minute" : "minutes", { n: minutes }));
    return parts.join(" ");
  }

  function say(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function tick() {
    const now = Date.now() + zz.clockOffset;
    for (const element of document.querySelectorAll("time[data-due]")) {
      const due = Date.parse(element.dateTime);
      const warn = element.dataset.warn ? Date.parse(element.dataset.warn) : due - HOUR * 1000;
      const left = (due - now) / 1000;
      say(element, zz.t(left >= 0 ? "left" : "over", { span: span(left) }));
      const level = left < 0 ? "red" : now >= warn ? "amber" : "calm";
      const box = element.closest(".due");
      if (box && !box.classList.contains(`due-${level}`)) {
        box.classList.remove("due-calm", "due-amber", "due-red");
        box.classList.add(`due-${level}`);
      }
    }
    for (const element of document.querySelectorAll("time[data-ago]")) {
      say(element, zz.t("ago", { span: span((now - Date.parse(element.dateTime)) / 1000) }));
    }
  }

  zz.span = span;
  setInterval(tick, 15000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });
})();
