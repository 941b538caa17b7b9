// Runs before anything is painted: turns «as the system» into light or dark.
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const wanted = root.dataset.theme || "auto";
    root.setAttribute("data-bs-theme", wanted === "auto" ? (dark.matches ? "dark" : "light") : wanted);
    document.dispatchEvent(new CustomEvent("ui:theme"));
  };
  apply();
  dark.addEventListener("change", apply);
  window.zzTheme = apply;
})();
