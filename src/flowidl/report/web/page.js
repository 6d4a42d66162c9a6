"use strict";
// The page's behaviour: search, filters, and the graph of the chosen workflow. The findings are in the page as
// text and need none of this.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const SVG = "http://www.w3.org/2000/svg";
  const byId = (id) => document.getElementById(id);
  const levels = ["error", "warning", "info"];
  const kinds = { task: "task", workflow: "workflow", launch_plan: "launch plan", branch: "conditional", array: "map",
    approve: "approval", signal: "waits for input", sleep: "sleep", end: "", "": "runs nothing" };
  // dagre makes the better picture, and takes seconds from a few hundred nodes and edges on
  const MOST_FOR_DAGRE = 260;
  // more nodes than this on the screen are drawn as plain marks
  const MOST_IN_DETAIL = 500;

  const make = (name, attributes, ...children) => {
    const node = document.createElementNS(SVG, name);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    node.append(...children);
    return node;
  };
  const html = (name, properties, ...children) => {
    const node = Object.assign(document.createElement(name), properties);
    node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return node;
  };
  const short = (text, length) => (text.length > length ? text.slice(0, length - 1) + "\u2026" : text);

  // ---- theme

  byId("theme").hidden = false;
  byId("theme").addEventListener("click", () => {
    const dark = document.documentElement.dataset.theme
      ? document.documentElement.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.theme = dark ? "light" : "dark";
  });

  // ---- search and filters

  const search = byId("search");
  const chosen = () => levels.filter((level) => byId("show-" + level)?.checked ?? true);
  const findings = [...document.querySelectorAll(".finding")];
  const texts = findings.map((node) => node.textContent.toLowerCase());
  const entries = [...document.querySelectorAll("nav li[data-name]")];

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = new Set(chosen());
    const code = byId("code").value;
    const fits = (text) => words.every((word) => text.includes(word));
    let count = 0;
    findings.forEach((node, index) => {
      const visible = shown.has(node.dataset.level) && (!code || node.dataset.code === code) && fits(texts[index]);
      node.hidden = !visible;
      count += visible;
    });
    for (const entry of entries) entry.hidden = !fits(entry.dataset.name.toLowerCase());
    if (byId("shown")) byId("shown").textContent = findings.length ? `${count} of ${findings.length} shown` : "";
    hits(words);
    view.highlight(words.length ? (node) => fits(`${node.path} ${node.name} ${node.target}`.toLowerCase()) : null);
  }

  // Nodes that the search finds, also in workflows that are not shown.
  function hits(words) {
    const list = byId("hits");
    list.replaceChildren();
    if (!words.length) return;
    let left = 30;
    for (const workflow of data.workflows) {
      for (const node of workflow.nodes) {
        if (!words.every((word) => `${node.path} ${node.name} ${node.target}`.toLowerCase().includes(word))) continue;
        if (!left--) { list.append(html("li", {}, "\u2026")); return; }
        const link = html("a", { href: "#" }, `${node.name} (${node.path})`, html("span", { className: "count" }, short(workflow.name, 24)));
        link.addEventListener("click", (event) => { event.preventDefault(); open(workflow.name, node.path); });
        list.append(html("li", {}, link));
      }
    }
  }

  for (const level of levels) byId("show-" + level)?.addEventListener("change", filter);
  search.addEventListener("input", filter);
  byId("code").addEventListener("change", filter);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) { event.preventDefault(); search.focus(); search.select(); }
  });

  // ---- layout

  const WIDTH = 170, HEIGHT = 46;

  // Return nodes with places and edges, of what is to be drawn of a workflow.
  function prepare(workflow) {
    const nodes = new Map(), edges = [];
    const add = (node) => nodes.set(node.path, { ...node, width: WIDTH, height: node.kind === "branch" ? 54 : HEIGHT, next: [], before: [] });
    const used = new Set(workflow.edges.flatMap((edge) => [edge[0], edge[1]]));
    if (used.has("inputs")) add({ path: "inputs", name: "inputs", kind: "end", target: "", findings: [] });
    const folded = new Set(workflow.nodes.filter((node) => node.kind === "array").map((node) => node.path));
    for (const node of workflow.nodes) {
      if (node.parent !== null && folded.has(node.parent)) { folded.add(node.path); continue; }
      add(node);
      if (node.parent !== null) edges.push({ from: node.parent, to: node.path, label: node.case, order: false });
    }
    if (used.has("outputs")) add({ path: "outputs", name: "outputs", kind: "end", target: "", findings: [] });
    const pairs = new Map();
    for (const [from, to, label, type] of workflow.edges) {
      if (!nodes.has(from) || !nodes.has(to) || from === to) continue;
      const key = from + "\n" + to;
      if (!pairs.has(key)) { const edge = { from, to, label: "", order: !label, values: [] }; pairs.set(key, edge); edges.push(edge); }
      const edge = pairs.get(key);
      if (label) { edge.order = false; edge.values.push(type ? `${label}: ${type}` : label); }
    }
    for (const edge of edges) { nodes.get(edge.from).next.push(edge.to); nodes.get(edge.to).before.push(edge.from); }
    return { nodes, edges };
  }

  function place(graph) {
    if (graph.nodes.size + graph.edges.length <= MOST_FOR_DAGRE) {
      try { return placeWell(graph); } catch (error) { /* a ring, perhaps; the other way takes anything */ }
    }
    return placeFast(graph);
  }

  function placeWell({ nodes, edges }) {
    const drawing = new dagre.graphlib.Graph({ multigraph: true });
    drawing.setGraph({ rankdir: "TB", nodesep: 24, ranksep: 46, marginx: 16, marginy: 16 });
    drawing.setDefaultEdgeLabel(() => ({}));
    for (const [path, node] of nodes) drawing.setNode(path, { width: node.width, height: node.height });
    edges.forEach((edge, index) => drawing.setEdge(edge.from, edge.to, edge.label ? { width: Math.min(160, edge.label.length * 6), height: 14 } : {}, String(index)));
    dagre.layout(drawing);
    for (const [path, node] of nodes) { const at = drawing.node(path); node.x = at.x; node.y = at.y; }
    edges.forEach((edge, index) => { edge.points = drawing.edge(edge.from, edge.to, String(index)).points; });
  }

  // Layers by longest path, each in the order of what stands above it; wide layers in several rows.
  function placeFast({ nodes, edges }) {
    const rank = new Map(), open = new Map();
    for (const [path, node] of nodes) open.set(path, node.before.length);
    const ready = [...nodes.keys()].filter((path) => !open.get(path));
    for (const path of ready) rank.set(path, 0);
    for (let index = 0; index < ready.length; index++) {
      const path = ready[index];
      for (const next of nodes.get(path).next) {
        rank.set(next, Math.max(rank.get(next) ?? 0, rank.get(path) + 1));
        open.set(next, open.get(next) - 1);
        if (!open.get(next)) ready.push(next);
      }
    }
    const layers = [];
    for (const path of nodes.keys()) { const at = rank.get(path) ?? 0; (layers[at] ??= []).push(path); }
    const position = new Map();
    for (const layer of layers) {
      if (!layer) continue;
      const weight = (path) => { const above = nodes.get(path).before.filter((p) => position.has(p)); return above.length ? above.reduce((sum, p) => sum + position.get(p), 0) / above.length : 0; };
      const weights = new Map(layer.map((path) => [path, weight(path)]));
      layer.sort((a, b) => weights.get(a) - weights.get(b));
      layer.forEach((path, index) => position.set(path, index - (layer.length - 1) / 2));
    }
    const PER_ROW = Math.max(24, Math.ceil(Math.sqrt(nodes.size) * 1.2));
    let y = 40;
    for (const layer of layers) {
      if (!layer) continue;
      for (let start = 0; start < layer.length; start += PER_ROW) {
        const row = layer.slice(start, start + PER_ROW);
        row.forEach((path, index) => { const node = nodes.get(path); node.x = (index - (row.length - 1) / 2) * (WIDTH + 24); node.y = y; });
        y += HEIGHT + 30;
      }
      y += 30;
    }
    for (const edge of edges) {
      const from = nodes.get(edge.from), to = nodes.get(edge.to);
      edge.points = [{ x: from.x, y: from.y + from.height / 2 }, { x: to.x, y: to.y - to.height / 2 }];
      // what skips a layer goes around what may stand there
      const gap = to.y - from.y;
      if (gap > HEIGHT + 90 || gap <= 0) edge.bend = WIDTH * 0.75 + Math.min(220, Math.abs(gap) / 6);
    }
  }

  // ---- the view

  const view = (() => {
    const svg = byId("graph"), scene = make("g", {}), said = byId("said");
    svg.append(make("defs", {}, make("marker", { id: "tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" }, make("path", { d: "M0,0 L8,4 L0,8 z", class: "far" }))), scene);
    let graph = null, workflow = null, selected = null, faint = null;
    let scale = 1, x = 0, y = 0, waiting = false;
    const size = () => { const box = svg.getBoundingClientRect(); return [box.width || 800, box.height || 500]; };

    function show(name) {
      workflow = data.workflows.find((known) => known.name === name);
      if (!workflow) return;
      graph = prepare(workflow);
      place(graph);
      selected = null;
      byId("picture-title").textContent = "workflow " + name;
      for (const link of document.querySelectorAll("nav a[data-workflow]")) {
        if (link.dataset.workflow === name) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
      }
      panel(null);
      home();
      filter();
    }

    function bounds() {
      let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
      for (const node of graph.nodes.values()) {
        left = Math.min(left, node.x - node.width / 2); right = Math.max(right, node.x + node.width / 2);
        top = Math.min(top, node.y - node.height / 2); bottom = Math.max(bottom, node.y + node.height / 2);
      }
      return [left, top, right, bottom];
    }

    function fit() {
      if (!graph || !graph.nodes.size) { scene.replaceChildren(); return; }
      const [left, top, right, bottom] = bounds(), [width, height] = size();
      scale = Math.min(1.2, width / (right - left + 40), height / (bottom - top + 40));
      x = width / 2 - scale * (left + right) / 2; y = height / 2 - scale * (top + bottom) / 2;
      later();
    }

    // The whole if it can be read, else its beginning.
    function home() {
      fit();
      if (scale >= 0.25 || !graph.nodes.size) return;
      const first = graph.nodes.values().next().value, [width] = size();
      scale = 0.7; x = width / 2 - first.x * scale; y = 60 - (first.y - first.height / 2) * scale;
      later();
    }

    function later() { if (!waiting) { waiting = true; requestAnimationFrame(() => { waiting = false; draw(); }); } }

    function draw() {
      if (!graph) return;
      const [width, height] = size();
      const [left, top, right, bottom] = [-x / scale - 60, -y / scale - 60, (width - x) / scale + 60, (height - y) / scale + 60];
      const seen = [...graph.nodes.values()].filter((node) => node.x + node.width / 2 > left && node.x - node.width / 2 < right && node.y + node.height / 2 > top && node.y - node.height / 2 < bottom);
      scene.setAttribute("transform", `translate(${x},${y}) scale(${scale})`);
      const parts = [];
      const detailed = seen.length <= MOST_IN_DETAIL;
      drawEdges(parts, left, top, right, bottom, detailed);
      if (detailed) for (const node of seen) parts.push(drawNode(node)); else drawFar(parts, seen);
      scene.replaceChildren(...parts);
    }

    function drawEdges(parts, left, top, right, bottom, detailed) {
      let plain = "", order = "", near = "";
      for (const edge of graph.edges) {
        const xs = edge.points.map((p) => p.x), ys = edge.points.map((p) => p.y);
        if (Math.max(...xs) < left || Math.min(...xs) > right || Math.max(...ys) < top || Math.min(...ys) > bottom) continue;
        const path = curve(edge.points, edge.bend);
        if (selected && (edge.from === selected || edge.to === selected)) near += path; else if (edge.order) order += path; else plain += path;
        if (detailed && edge.label && scale > 0.45) {
          const middle = edge.points[Math.floor(edge.points.length / 2)];
          parts.push(make("text", { class: "edge-label", x: middle.x, y: middle.y, "text-anchor": "middle" }, short(edge.label, 30)));
        }
      }
      const tip = detailed ? { "marker-end": "url(#tip)" } : {};
      const each = (paths, name) => { for (const d of paths.split("|").filter(Boolean)) parts.unshift(make("path", { class: name, d, ...tip })); };
      if (detailed) { each(plain, "edge"); each(order, "edge order"); each(near, "edge near"); } else {
        parts.unshift(make("path", { class: "edge", d: (plain + order).replaceAll("|", " ") }));
        parts.push(make("path", { class: "edge near", d: near.replaceAll("|", " ") }));
      }
    }

    function curve(points, bend) {
      const [first] = points, last = points[points.length - 1];
      if (points.length > 2) return `M${first.x},${first.y}` + points.slice(1).map((p) => `L${p.x},${p.y}`).join("") + "|";
      const half = (first.y + last.y) / 2;
      if (bend) return `M${first.x},${first.y}C${first.x + bend},${first.y + (last.y - first.y) / 4} ${last.x + bend},${last.y - (last.y - first.y) / 4} ${last.x},${last.y}|`;
      return `M${first.x},${first.y}C${first.x},${half} ${last.x},${half} ${last.x},${last.y}|`;
    }

    function drawNode(node) {
      const [w, h] = [node.width, node.height];
      const shapes = {
        branch: () => make("polygon", { points: `0,${-h / 2} ${w / 2},0 0,${h / 2} ${-w / 2},0` }),
        gate: () => make("polygon", { points: `${-w / 2 + 14},${-h / 2} ${w / 2 - 14},${-h / 2} ${w / 2},0 ${w / 2 - 14},${h / 2} ${-w / 2 + 14},${h / 2} ${-w / 2},0` }),
      };
      const shape = node.kind === "branch" ? shapes.branch() : ["approve", "signal", "sleep"].includes(node.kind) ? shapes.gate()
        : make("rect", { x: -w / 2, y: -h / 2, width: w, height: h, rx: node.kind === "end" ? h / 2 : 6 });
      const parts = [shape];
      if (node.kind === "array") parts.unshift(make("rect", { x: -w / 2 + 5, y: -h / 2 - 5, width: w, height: h, rx: 6 }));
      if (node.kind === "workflow") parts.push(make("rect", { x: -w / 2 + 4, y: -h / 2 + 4, width: w - 8, height: h - 8, rx: 4 }));
      const what = node.failure ? "on failure" : node.kind === "array" ? "map" : kinds[node.kind] ?? node.kind;
      const two = what && scale > 0.35;
      if (scale > 0.25) parts.push(make("text", { "text-anchor": "middle", y: two ? -2 : 5 }, short(node.name, 23)));
      if (two) parts.push(make("text", { class: "small", "text-anchor": "middle", y: 14 }, short(what, 26)));
      if (node.run) parts.push(make("circle", { class: "state-" + node.run.state, cx: w / 2 - 10, cy: -h / 2 + 10, r: 5 }));
      const group = make("g", { class: `node ${node.kind === "end" ? "end" : ""} ${node.level ?? ""} ${node.path === selected ? "selected" : ""} ${faint && !faint(node) ? "faint" : ""}`, transform: `translate(${node.x},${node.y})`, "data-path": node.path });
      group.append(...parts);
      return group;
    }

    function drawFar(parts, seen) {
      const paths = {};
      for (const node of seen) {
        const key = faint && !faint(node) ? "faint" : faint ? "near" : node.level ?? "";
        paths[key] = (paths[key] ?? "") + `M${node.x - node.width / 2},${node.y - node.height / 2}h${node.width}v${node.height}h${-node.width}z`;
      }
      for (const key in paths) parts.push(make("path", { class: "far " + key, d: paths[key] }));
      const node = selected && graph.nodes.get(selected);
      if (node) parts.push(drawNode(node));
    }

    function select(path, centre) {
      const node = graph?.nodes.get(path);
      if (!node) return;
      selected = path;
      panel(node); // first, because it makes the picture narrower
      if (centre) { const [width, height] = size(); if (scale < 0.5) scale = 0.9; x = width / 2 - node.x * scale; y = height / 2 - node.y * scale; }
      said.textContent = `${node.name}, ${kinds[node.kind] ?? node.kind}${node.findings.length ? `, ${node.findings.length} findings` : ""}`;
      later();
    }

    function panel(node) {
      const side = byId("side");
      byId("picture").classList.toggle("open", Boolean(node));
      side.hidden = !node;
      side.replaceChildren();
      if (!node) return;
      const row = (term, value) => (value ? [html("dt", {}, term), html("dd", {}, value)] : []);
      const close = html("button", { type: "button", title: "Close (Esc)", ariaLabel: "Close" }, "\u00d7");
      close.style.float = "right";
      close.addEventListener("click", () => { clear(); svg.focus(); });
      side.append(close, html("h3", {}, node.name));
      const target = data.workflows.some((known) => known.name === node.target) && node.target !== workflow.name
        ? Object.assign(html("a", { href: "#" }, node.target), { onclick: (event) => { event.preventDefault(); open(node.target); } })
        : node.target;
      side.append(html("dl", {}, ...row("id", node.path === node.name ? "" : node.path), ...row("what", kinds[node.kind] ?? node.kind), ...row("runs", target),
        ...row("when", node.case), ...row("", node.detail), ...row("line", node.source ? html("code", {}, node.source) : ""),
        ...(node.run ? [...row("state", html("span", { className: "level " + node.run.state }, node.run.state)), ...row("took", node.run.took), ...row("tries", node.run.attempts > 1 ? String(node.run.attempts) : ""), ...row("error", node.run.error)] : [])));
      if (node.types?.length) side.append(html("h4", {}, "Types"), html("dl", {}, ...node.types.flatMap(([name, type]) => row(name, html("code", {}, type)))));
      const near = graph.edges.filter((edge) => edge.to === node.path && edge.values?.length);
      if (near.length) side.append(html("h4", {}, "Gets"), html("ul", {}, ...near.flatMap((edge) => edge.values.map((value) => html("li", {}, html("code", {}, value), " from " + edge.from)))));
      if (node.findings.length) side.append(html("h4", {}, "Findings"), html("ul", {}, ...node.findings.map((index) => {
        const finding = data.findings[index];
        return html("li", {}, html("span", { className: "level " + finding.level }, finding.level), " ", html("a", { href: "#finding-" + index }, finding.code), " " + finding.message);
      })));
    }

    function clear() { selected = null; panel(null); later(); }

    function zoom(factor, at) {
      const [width, height] = size(), [cx, cy] = at ?? [width / 2, height / 2];
      const next = Math.min(4, Math.max(0.01, scale * factor));
      x = cx - (cx - x) * next / scale; y = cy - (cy - y) * next / scale; scale = next;
      later();
    }

    function step(key) {
      const node = graph?.nodes.get(selected);
      if (!node) { select(graph.nodes.keys().next().value, true); return; }
      if (key === "ArrowDown" && node.next.length) return select(node.next[0], true);
      if (key === "ArrowUp" && node.before.length) return select(node.before[0], true);
      const direction = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
      if (!direction) return;
      let best = null;
      for (const other of graph.nodes.values()) {
        const away = (other.x - node.x) * direction;
        if (other !== node && Math.abs(other.y - node.y) < HEIGHT && away > 0 && (!best || away < (best.x - node.x) * direction)) best = other;
      }
      if (best) select(best.path, true);
    }

    svg.addEventListener("keydown", (event) => {
      if (!graph) return;
      const act = { "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), "0": fit, Escape: clear, Enter: () => byId("side").querySelector("a, button")?.focus() }[event.key];
      if (act) { event.preventDefault(); act(); } else if (event.key.startsWith("Arrow")) { event.preventDefault(); step(event.key); }
    });
    byId("side").addEventListener("keydown", (event) => { if (event.key === "Escape") { clear(); svg.focus(); } });
    svg.addEventListener("wheel", (event) => { event.preventDefault(); const box = svg.getBoundingClientRect(); zoom(Math.exp(-event.deltaY / 400), [event.clientX - box.left, event.clientY - box.top]); }, { passive: false });
    let drag = null;
    svg.addEventListener("pointerdown", (event) => { drag = [event.clientX - x, event.clientY - y, event.clientX, event.clientY]; });
    addEventListener("pointermove", (event) => {
      if (!drag) return;
      svg.classList.add("dragging");
      [x, y] = [event.clientX - drag[0], event.clientY - drag[1]];
      later();
    });
    addEventListener("pointerup", (event) => {
      if (drag && Math.hypot(event.clientX - drag[2], event.clientY - drag[3]) < 5) {
        const box = svg.getBoundingClientRect(), [px, py] = [(event.clientX - box.left - x) / scale, (event.clientY - box.top - y) / scale];
        if (svg.contains(event.target)) {
          const hit = [...(graph?.nodes.values() ?? [])].find((node) => Math.abs(px - node.x) <= node.width / 2 && Math.abs(py - node.y) <= node.height / 2);
          if (hit) select(hit.path); else clear();
        }
      }
      drag = null;
      svg.classList.remove("dragging");
    });
    new ResizeObserver(later).observe(svg);
    byId("zoom-in").addEventListener("click", () => zoom(1.25));
    byId("zoom-out").addEventListener("click", () => zoom(0.8));
    byId("zoom-fit").addEventListener("click", fit);
    return { show, select, highlight: (test) => { faint = test; later(); } };
  })();

  function open(name, path) {
    view.show(name);
    byId("workflows").scrollIntoView({ block: "start" });
    if (path) view.select(path, true);
  }

  for (const link of document.querySelectorAll("[data-workflow]")) {
    link.addEventListener("click", (event) => { event.preventDefault(); open(link.dataset.workflow, link.dataset.path); byId("graph").focus({ preventScroll: true }); });
  }
  if (data.workflows.length) {
    byId("workflows").hidden = false;
    const worst = [...data.workflows].sort((a, b) => b.weight - a.weight || a.order - b.order)[0];
    view.show(worst.name);
  } else { filter(); }
  document.documentElement.dataset.ready = "true";
})();
