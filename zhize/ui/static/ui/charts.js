// Charts from JSON beside them: our colours, our type, a click opens the rows behind a figure.
(() => {
  const drawn = new Map();

  function look() {
    const style = getComputedStyle(document.documentElement);
    const token = (name) => style.getPropertyValue(`--zz-${name}`).trim();
    return {
      font: getComputedStyle(document.body).fontFamily,
      ink: token("ink"), quiet: token("ink-3"), line: token("line"), strong: token("line-strong"), back: token("bg-raised"),
      series: [token("accent"), token("amber-mark"), token("teal"), token("violet"), token("line-control"), token("red-mark")],
    };
  }

  function axis(given, colours) {
    const one = (each) => ({
      ...each,
      axisLine: { lineStyle: { color: colours.strong } },
      axisTick: { show: false },
      axisLabel: { color: colours.quiet, fontSize: 12, ...each.axisLabel },
      splitLine: { lineStyle: { color: colours.line }, show: each.type === "value", ...each.splitLine },
    });
    return Array.isArray(given) ? given.map(one) : one(given);
  }

  function dressed(option) {
    const colours = look();
    const series = [option.series || []].flat().map((each) => ({
      ...(each.type === "bar" ? { barMaxWidth: 28, itemStyle: { borderRadius: [3, 3, 0, 0] } } : {}),
      ...(each.type === "line" ? { symbolSize: 6, lineStyle: { width: 2 } } : {}),
      ...each,
    }));
    const named = series.filter((each) => each.name).length > 1 || series.some((each) => each.type === "pie");
    const made = {
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      animationDuration: 250,
      color: colours.series,
      textStyle: { fontFamily: colours.font, color: colours.ink },
      grid: { left: 8, right: 12, top: named ? 36 : 16, bottom: 4, containLabel: true },
      tooltip: {
        trigger: series.some((each) => each.type === "pie") ? "item" : "axis",
        renderMode: "richText",
        backgroundColor: colours.back, borderColor: colours.line,
        textStyle: { color: colours.ink, fontSize: 13 },
        axisPointer: { type: "shadow", shadowStyle: { color: "rgba(120,130,150,.10)" } },
      },
      legend: named ? { top: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, textStyle: { color: colours.quiet } } : undefined,
      ...option,
      series,
    };
    if (option.xAxis) made.xAxis = axis(option.xAxis, colours);
    if (option.yAxis) made.yAxis = axis(option.yAxis, colours);
    return made;
  }

  function draw(canvas) {
    const source = document.getElementById(canvas.dataset.chart);
    if (!source) return;
    const option = JSON.parse(source.textContent);
    const empty = ![option.series || []].flat().some((each) => (each.data || []).length);
    if (empty) { canvas.textContent = zz.t("noData"); canvas.classList.add("empty"); return; }
    const chart = drawn.get(canvas) || window.echarts.init(canvas, null, { renderer: "canvas" });
    chart.setOption(dressed(option), true);
    if (drawn.has(canvas)) return;
    drawn.set(canvas, chart);
    chart.on("click", (event) => { if (event.data?.url) location.href = event.data.url; });
    new ResizeObserver(() => chart.resize()).observe(canvas);
  }

  zz.mount("[data-chart]", async (canvas) => {
    try { await zz.loadScript("echarts"); } catch { canvas.closest(".chart")?.querySelector("details")?.setAttribute("open", ""); return; }
    if (canvas.isConnected) draw(canvas);
  });
  document.addEventListener("ui:theme", () => {
    for (const [canvas, chart] of drawn) {
      if (canvas.isConnected) draw(canvas);
      else { chart.dispose(); drawn.delete(canvas); }
    }
  });
})();
