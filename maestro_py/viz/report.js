// The interactive part of a report: a plot of designs with axes to choose, hover, and a brush that filters a table.
// Text from data is only ever set as text, never as markup.
(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const columns = new Map(data.columns.map((column) => [column.name, column]));
  const count = data.designs;
  const W = 880, H = 500, LEFT = 78, RIGHT = 20, TOP = 16, BOTTOM = 56;
  const MOST_ROWS = data.most_rows;
  const VIRIDIS = ["#440154", "#414487", "#2a788e", "#22a884", "#7ad151", "#fde725"];
  const NAMES = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#999999", "#000000"];
  const byId = (id) => document.getElementById(id);
  const state = { x: data.x, y: data.y, colour: data.colour, sort: null, down: false, brush: null, pinned: -1 };
  let placed = [];

  function make(name, attributes, text) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    if (text !== undefined) node.textContent = text;
    return node;
  }
  function html(name, text, className) {
    const node = document.createElement(name);
    if (text !== undefined) node.textContent = text;
    if (className) node.className = className;
    return node;
  }
  function number(value) {
    if (value === 0) return "0";
    const size = Math.abs(value);
    if (size >= 1e15 || size < 1e-4) return value.toExponential(3);
    if (Number.isInteger(value)) return value.toLocaleString("en");
    const digits = size >= 1000 ? 0 : Math.max(0, 3 - Math.floor(Math.log10(size)));
    return value.toLocaleString("en", { maximumFractionDigits: digits });
  }
  function title(column) {
    return column.unit ? column.label + " (" + column.unit + ")" : column.label;
  }
  function shown(column, index) {
    const value = column.values[index];
    if (value === null) return column.empty;
    return typeof value === "number" ? number(value / column.divisor) : String(value);
  }
  function withUnit(column, index) {
    const text = shown(column, index);
    return column.unit && column.values[index] !== null ? text + " " + column.unit : text;
  }

  // ---- axes ------------------------------------------------------------------------------------------------
  function scale(column, from, to) {
    let low = Infinity, high = -Infinity;
    for (const value of column.values) {
      if (value === null) continue;
      low = Math.min(low, value / column.divisor);
      high = Math.max(high, value / column.divisor);
    }
    if (low > high) { low = 0; high = 1; }
    const log = low > 0 && high / low > 10;
    let a = log ? Math.log10(low) : low, b = log ? Math.log10(high) : high;
    const space = (b - a) * 0.04 || Math.abs(a) * 0.04 || 1;
    a -= space; b += space;
    const place = (value) => from + (to - from) * ((log ? Math.log10(value) : value) - a) / (b - a);
    const ticks = [];
    if (log) {
      const subs = b - a > 4 ? [1] : b - a > 1.5 ? [1, 3] : [1, 2, 5];
      for (let power = Math.floor(a); power <= Math.ceil(b); power++)
        for (const sub of subs) {
          const at = Math.log10(sub) + power;
          if (at >= a && at <= b) ticks.push(Number((sub * 10 ** power).toPrecision(3)));
        }
    } else {
      const rough = (b - a) / 6, power = 10 ** Math.floor(Math.log10(rough));
      const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
      for (let k = Math.ceil(a / step); k * step <= b; k++) ticks.push(Number((k * step).toPrecision(12)));
    }
    return { place, ticks };
  }
  function colours(column) {
    const known = column.values.filter((value) => value !== null);
    if (known.length && typeof known[0] !== "number") {
      const names = [...new Set(known)].sort();
      return { names, of: (value) => NAMES[Math.max(0, names.indexOf(value)) % NAMES.length] };
    }
    let low = Infinity, high = -Infinity;
    for (const value of known) { low = Math.min(low, value); high = Math.max(high, value); }
    const mix = (t) => {
      const at = t * (VIRIDIS.length - 1), k = Math.min(VIRIDIS.length - 2, Math.floor(at));
      const part = (hex, i) => parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16);
      const channels = [0, 1, 2].map((i) =>
        Math.round(part(VIRIDIS[k], i) + (part(VIRIDIS[k + 1], i) - part(VIRIDIS[k], i)) * (at - k)));
      return "rgb(" + channels.join(",") + ")";
    };
    return { low, high, of: (v) => (v === null ? "#bbbbbb" : mix(high > low ? (v - low) / (high - low) : 0.5)) };
  }

  // ---- plot ------------------------------------------------------------------------------------------------
  const svg = byId("plot");
  svg.setAttribute("viewBox", "0 0 " + W + " " + H);
  const layers = {};
  for (const name of ["grid", "line", "points", "best", "brush", "focus"]) {
    layers[name] = make("g", { "data-layer": name });
    svg.append(layers[name]);
  }
  function mark(kind, x, y, size) {
    if (kind % 4 === 1) {
      const s = size * 0.62;
      return make("path", { class: "cross",
        d: "M" + (x - s) + " " + (y - s) + "L" + (x + s) + " " + (y + s) + "M" + (x - s) + " " + (y + s) + "L" + (x + s) + " " + (y - s) });
    }
    const corners = [5, 0, 4, 3][kind % 4], depth = [0.42, 0, 0.5, 0.6][kind % 4];
    const points = [];
    for (let k = 0; k < 2 * corners; k++) {
      const radius = k % 2 ? size * depth : size, angle = -Math.PI / 2 + (Math.PI * k) / corners;
      points.push((x + radius * Math.cos(angle)).toFixed(2) + "," + (y + radius * Math.sin(angle)).toFixed(2));
    }
    return make("polygon", { points: points.join(" "), class: "best" });
  }
  function frontOf(x, y) {
    // The front of two goals among what is embedded; it is whole if the front of all goals is.
    if (!x.goal || !y.goal || !data.front_is_whole) return [];
    const sx = x.goal === "max" ? -1 : 1, sy = y.goal === "max" ? -1 : 1;
    const order = [];
    for (let i = 0; i < count; i++) if (x.values[i] !== null && y.values[i] !== null) order.push(i);
    order.sort((i, j) => sx * (x.values[i] - x.values[j]) || sy * (y.values[i] - y.values[j]));
    const found = [];
    let least = Infinity;
    for (const i of order) if (sy * y.values[i] < least) { least = sy * y.values[i]; found.push(i); }
    return found;
  }
  function draw() {
    const x = columns.get(state.x), y = columns.get(state.y), colour = columns.get(state.colour);
    const sx = scale(x, LEFT, W - RIGHT), sy = scale(y, H - BOTTOM, TOP), paint = colours(colour);
    for (const name in layers) layers[name].replaceChildren();
    for (const tick of sx.ticks) {
      const at = sx.place(tick);
      layers.grid.append(make("line", { x1: at, x2: at, y1: TOP, y2: H - BOTTOM }),
        make("text", { x: at, y: H - BOTTOM + 18, "text-anchor": "middle" }, number(tick)));
    }
    for (const tick of sy.ticks) {
      const at = sy.place(tick);
      layers.grid.append(make("line", { x1: LEFT, x2: W - RIGHT, y1: at, y2: at }),
        make("text", { x: LEFT - 8, y: at + 4, "text-anchor": "end" }, number(tick)));
    }
    layers.grid.append(
      make("text", { x: (LEFT + W - RIGHT) / 2, y: H - 12, "text-anchor": "middle", class: "title" }, title(x)),
      make("text", { x: 0, y: 0, "text-anchor": "middle", class: "title",
        transform: "translate(18 " + (TOP + H - BOTTOM) / 2 + ") rotate(-90)" }, title(y)));
    placed = [];
    const later = [];
    for (let i = 0; i < count; i++) {
      if (x.values[i] === null || y.values[i] === null) continue;
      const px = sx.place(x.values[i] / x.divisor), py = sy.place(y.values[i] / y.divisor);
      placed.push({ i, px, py });
      const node = make("circle", { cx: px.toFixed(2), cy: py.toFixed(2), r: data.front[i] ? 4 : 2.6,
        fill: paint.of(colour.values[i]), class: data.front[i] ? "front" : "other" });
      if (data.front[i]) later.push(node);
      else layers.points.append(node);
      data.best[i].forEach((goal) => layers.best.append(mark(goal, px, py, 10)));
    }
    layers.points.append(...later);
    const line = frontOf(x, y);
    if (line.length > 1) {
      let d = "";
      line.forEach((i, k) => {
        const px = sx.place(x.values[i] / x.divisor), py = sy.place(y.values[i] / y.divisor);
        d += k ? "H" + px.toFixed(2) + "V" + py.toFixed(2) : "M" + px.toFixed(2) + " " + py.toFixed(2);
      });
      layers.line.append(make("path", { d }));
    }
    legend(colour, paint);
    if (state.brush) showBrush();
    focus(state.pinned);
  }
  function legend(colour, paint) {
    const box = byId("legend");
    box.replaceChildren();
    data.best_words.forEach((goal, k) => {
      const entry = html("span");
      const icon = make("svg", { width: 20, height: 20, viewBox: "-10 -10 20 20" });
      icon.append(mark(k, 0, 0, 8));
      entry.append(icon, " " + goal);
      box.append(entry);
    });
    if (paint.names) {
      paint.names.forEach((name) => {
        const entry = html("span", undefined, "swatch");
        const icon = make("svg", { width: 12, height: 12 });
        icon.append(make("circle", { cx: 6, cy: 6, r: 5, fill: paint.of(name) }));
        entry.append(icon, " " + name);
        box.append(entry);
      });
    } else if (paint.low <= paint.high) {
      const entry = html("span");
      const bar = make("svg", { width: 90, height: 12 });
      for (let k = 0; k < 30; k++)
        bar.append(make("rect", { x: 3 * k, y: 0, width: 3.2, height: 12,
          fill: paint.of(paint.low + ((paint.high - paint.low) * k) / 29) }));
      entry.append(colour.label + " " + number(paint.low / colour.divisor) + " ", bar,
        " " + number(paint.high / colour.divisor) + " " + colour.unit);
      box.append(entry);
    }
  }

  // ---- hover -----------------------------------------------------------------------------------------------
  function position(event) {
    const box = svg.getBoundingClientRect();
    return { x: ((event.clientX - box.left) * W) / box.width, y: ((event.clientY - box.top) * H) / box.height };
  }
  function nearest(at) {
    let found = -1, least = 18 * 18;
    for (const point of placed) {
      const distance = (point.px - at.x) ** 2 + (point.py - at.y) ** 2 - (data.front[point.i] ? 9 : 0);
      if (distance < least) { least = distance; found = point.i; }
    }
    return found;
  }
  function heading(i) {
    const goals = data.best[i].map((k) => data.best_words[k]);
    const more = goals.length ? ": " + goals.join(", ") : data.front[i] ? ": on the Pareto front" : "";
    return "Design " + data.numbers[i].toLocaleString("en") + more;
  }
  function pairs(names, i) {
    const list = html("dl");
    for (const name of names) list.append(html("dt", columns.get(name).label), html("dd", withUnit(columns.get(name), i)));
    return list;
  }
  const tip = byId("tip");
  function focus(i) {
    layers.focus.replaceChildren();
    const point = placed.find((one) => one.i === i);
    if (point) layers.focus.append(make("circle", { cx: point.px, cy: point.py, r: 8 }));
  }
  function hover(i, event) {
    focus(i < 0 ? state.pinned : i);
    tip.hidden = i < 0;
    if (i < 0) return;
    const names = [...new Set([...data.key_columns, state.x, state.y, state.colour])];
    tip.replaceChildren(html("strong", heading(i)), pairs(names, i));
    const frame = svg.parentElement.getBoundingClientRect();
    const x = event.clientX - frame.left, y = event.clientY - frame.top;
    tip.style.left = Math.max(0, x + 18 + tip.offsetWidth > frame.width ? x - tip.offsetWidth - 14 : x + 18) + "px";
    tip.style.top = Math.max(0, Math.min(y - 20, frame.height - tip.offsetHeight)) + "px";
  }
  function pin(i) {
    state.pinned = i;
    focus(i);
    const box = byId("pinned");
    box.hidden = i < 0;
    if (i >= 0) box.replaceChildren(html("h3", heading(i)), pairs(data.columns.map((column) => column.name), i));
  }

  // ---- brush -----------------------------------------------------------------------------------------------
  function showBrush() {
    const b = state.brush;
    layers.brush.replaceChildren(make("rect", { x: Math.min(b.x0, b.x1), y: Math.min(b.y0, b.y1),
      width: Math.abs(b.x1 - b.x0), height: Math.abs(b.y1 - b.y0) }));
  }
  function clear() {
    state.brush = null;
    layers.brush.replaceChildren();
    byId("clear").disabled = true;
    table();
  }
  svg.addEventListener("pointerdown", (event) => {
    const at = position(event);
    state.down = true;
    state.start = at;
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  svg.addEventListener("pointermove", (event) => {
    const at = position(event);
    if (state.down && Math.hypot(at.x - state.start.x, at.y - state.start.y) > 4) {
      state.brush = { x0: state.start.x, y0: state.start.y, x1: at.x, y1: at.y };
      showBrush();
      hover(-1);
    } else if (!state.down) hover(nearest(at), event);
  });
  svg.addEventListener("pointerup", (event) => {
    const at = position(event);
    if (state.down && Math.hypot(at.x - state.start.x, at.y - state.start.y) > 4) {
      byId("clear").disabled = false;
      table();
    } else if (state.down) pin(nearest(at));
    state.down = false;
  });
  svg.addEventListener("pointercancel", () => { state.down = false; });
  svg.addEventListener("pointerleave", () => { if (!state.down) hover(-1); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { clear(); pin(-1); hover(-1); } });
  byId("clear").addEventListener("click", clear);

  // ---- table -----------------------------------------------------------------------------------------------
  function chosen() {
    if (!state.brush) return [...Array(count).keys()];
    const b = state.brush;
    const within = (v, p, q) => v >= Math.min(p, q) && v <= Math.max(p, q);
    return placed.filter((p) => within(p.px, b.x0, b.x1) && within(p.py, b.y0, b.y1)).map((p) => p.i);
  }
  function table() {
    const rows = chosen(), names = data.table_columns;
    if (state.sort) {
      const values = state.sort.name === "" ? data.numbers : columns.get(state.sort.name).values;
      const sign = state.sort.down ? -1 : 1;
      rows.sort((i, j) => {
        const a = values[i], b = values[j];
        if (a === null || b === null) return (a === null) - (b === null);
        return sign * (typeof a === "number" ? a - b : String(a).localeCompare(String(b))) || i - j;
      });
    }
    const head = html("tr");
    for (const name of ["", ...names]) {
      const cell = html("th"), button = html("button", name ? title(columns.get(name)) : "Design");
      const own = state.sort && state.sort.name === name;
      cell.setAttribute("scope", "col");
      cell.setAttribute("aria-sort", own ? (state.sort.down ? "descending" : "ascending") : "none");
      button.type = "button";
      button.addEventListener("click", () => {
        state.sort = { name, down: own ? !state.sort.down : false };
        table();
      });
      cell.append(button);
      head.append(cell);
    }
    head.append(html("th", "Best for"));
    const body = [];
    for (const i of rows.slice(0, MOST_ROWS)) {
      const row = html("tr"), first = html("td"), button = html("button", data.numbers[i].toLocaleString("en"));
      button.type = "button";
      button.addEventListener("click", () => pin(i));
      row.addEventListener("mouseenter", () => focus(i));
      row.addEventListener("mouseleave", () => focus(state.pinned));
      first.append(button);
      row.append(first, ...names.map((name) => html("td", shown(columns.get(name), i))));
      row.append(html("td", data.best[i].map((k) => data.goals[k]).join(", ") || (data.front[i] ? "front" : "")));
      body.push(row);
    }
    byId("head").replaceChildren(head);
    byId("rows").replaceChildren(...body);
    byId("count").textContent = rows.length.toLocaleString("en") + " of " + count.toLocaleString("en") +
      " designs of this page" + (state.brush ? " are in the frame" : "") +
      (rows.length > MOST_ROWS ? ", the first " + MOST_ROWS + " are shown" : "");
  }

  for (const [id, key, usable] of [
    ["x-axis", "x", (c) => c.number], ["y-axis", "y", (c) => c.number], ["colour", "colour", () => true],
  ]) {
    const select = byId(id);
    for (const column of data.columns.filter(usable)) {
      const option = html("option", title(column));
      option.value = column.name;
      option.selected = column.name === state[key];
      select.append(option);
    }
    select.addEventListener("change", () => {
      state[key] = select.value;
      state.brush = null;
      byId("clear").disabled = true;
      draw();
      table();
    });
  }
  byId("interactive").hidden = false;
  draw();
  table();
})();
