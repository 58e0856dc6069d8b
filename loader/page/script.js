// SPDX-License-Identifier: GPL-2.0-only
// Shows the document of docs/report.schema.json that stands in this page.
// What it says comes into the page as text only, never as HTML.
"use strict";
const report = JSON.parse(document.getElementById("report").textContent);
const $ = id => document.getElementById(id);
const cpus = report.cpus.list;

const moments = {
	exec: "exec", purgatory_entry: "purgatory",
	found: "known who is parked", sent: "INIT and SIPI sent",
	verified: "digest checked", cleared: "zero pages cleared",
	arrived: "all arrived", answered: "all pinged", jump: "jump to the kernel",
	bringup: "bring-up of CPUs", online: "CPUs brought up", init: "init",
	ready: "userspace ready",
};
const families = [
	["old kernel", "shutdown", ["shutdown"]],
	["purgatory", "find", ["find", "summon", "verify", "clear", "arrive",
		"answer", "publish"]],
	["new kernel", "kernel_late", ["kernel_early", "bringup", "kernel_late"]],
	["userspace", "userspace", ["userspace"]],
];
const hows = {
	firmware: "started by firmware", kexec: "started by kexec, not by kpark",
	kpark: "started by kpark",
};
const releases = {
	boot_cpu: "boot CPU", mailbox: "mailbox", init: "INIT/SIPI", lost: "lost",
	not_released: "not at all",
};
// A CPU's stamps in order: key, name, and the part of its way that ends there.
const stamps = [
	["arrived_ns", "arrived in the park"],
	["parked_ns", "parked", "parked", "arriving in the park"],
	["prepared_ns", "prepared by the boot CPU", "waited", "parked"],
	["commanded_ns", "commanded", "prepared",
		"being prepared by the boot CPU"],
	["woken_ns", "woken", "woken", "commanded, leaving the park"],
	["alive_ns", "first life in the kernel", "alive",
		"until its first life in the kernel"],
	["online_ns", "online", "online", "first life until online"],
];

// -- figures

const known = value => value !== null && value !== undefined;
const ms = ns => (ns / 1e6).toFixed(3);

// Three digits or four, in the unit that suits.
function time(ns)
{
	const size = Math.abs(ns);
	const [unit, name] = size >= 1e9 ? [1e9, "s"] : size >= 1e6 ? [1e6, "ms"] :
		size >= 1e3 ? [1e3, "\u00b5s"] : [1, "ns"];
	const value = ns / unit, digits = Math.abs(value) >= 100 ? 0 :
		Math.abs(value) >= 10 ? 1 : unit === 1e9 ? 3 : 2;

	return `${unit === 1 ? ns : value.toFixed(digits)} ${name}`;
}

function plural(count, one)
{
	return `${count} ${one}${count === 1 ? "" : "s"}`;
}

function date(ns)
{
	return new Date(ns / 1e6).toISOString().slice(0, 19).replace("T", " ") +
		" UTC";
}

// -- elements

function make(name, options, ...children)
{
	const element = document.createElement(name);

	for (const [key, value] of Object.entries(options || {})) {
		if (key === "style")
			for (const [property, v] of Object.entries(value))
				element.style.setProperty(property, v);
		else
			element.setAttribute(key, value);
	}
	element.append(...children.filter(known));
	return element;
}

const key = kind => make("span", { class: `key ${kind}` });

function span(from, to, range, kind)
{
	const width = range[1] - range[0], a = Math.max(from, range[0]);
	const b = Math.min(to, range[1]), left = (a - range[0]) / width * 100;
	const element = make("i", { class: kind, style: {
		left: `min(${left.toFixed(4)}%, 100% - 1px)`,
		width: `${((b - a) / width * 100).toFixed(4)}%`,
	} });

	element.from = from;
	return element;
}

// -- tooltip

const tip = $("tip");

function showTip(target, x, y)
{
	const [title, rows, note] = target.tip;
	const body = make("table", {}, make("tbody", {}, ...rows.map(row =>
		make("tr", {}, ...row.map((cell, i) =>
			make("td", i ? { class: "n" } : {}, cell))))));

	tip.replaceChildren(make("b", {}, title), body,
		note ? make("div", { class: "note" }, note) : "");
	tip.hidden = false;
	const wide = document.documentElement.clientWidth;
	const left = Math.min(x + 14, wide - tip.offsetWidth - 8);
	const below = y + 18 + tip.offsetHeight <= innerHeight;
	const top = below ? y + 18 : Math.max(4, y - tip.offsetHeight - 10);
	tip.style.left = `${Math.max(8, left) + scrollX}px`;
	tip.style.top = `${top + scrollY}px`;
}

function hideTip()
{
	tip.hidden = true;
}

function withTip(element, title, rows, note)
{
	element.tip = [title, rows, note];
	element.setAttribute("aria-label", [title, ...rows.map(r => r.join(" ")),
		note].filter(Boolean).join(", "));
	return element;
}

// For what lies within `area` and has a tip: by pointer, and by keyboard, where
// the arrows go from one to the next and Tab out of them all.
function serveTips(area)
{
	const find = event => {
		let at = event.target;

		while (at && at !== area && !at.tip)
			at = at.parentElement;
		return at && at.tip ? at : null;
	};

	area.addEventListener("pointermove", event => {
		const at = find(event);

		if (at)
			showTip(at, event.clientX, event.clientY);
		else
			hideTip();
	});
	area.addEventListener("pointerleave", hideTip);
	area.addEventListener("focusin", event => {
		const at = find(event), box = at && at.getBoundingClientRect();

		if (at)
			showTip(at, box.left + Math.min(box.width, 120),
				box.bottom - 10);
	});
	area.addEventListener("focusout", hideTip);
	area.addEventListener("keydown", event => {
		const all = [...area.querySelectorAll("[tabindex]")];
		const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1,
			ArrowLeft: -1 }[event.key];
		const from = all.indexOf(document.activeElement);
		const to = event.key === "Home" ? 0 : event.key === "End" ?
			all.length - 1 : step ? from + step : -1;

		if (event.key === "Escape")
			hideTip();
		if (from < 0 || !all[to])
			return;
		event.preventDefault();
		all[from].tabIndex = -1;
		all[to].tabIndex = 0;
		all[to].focus();
	});
}

// -- head

function figure(name, value, more)
{
	return make("div", {}, make("dt", {}, name),
		make("dd", value ? {} : { class: "absent" },
			value || "not measured"),
		more ? make("dd", { class: "more" }, more) : null);
}

function totalFigure()
{
	const { total, whole } = report;

	if (total.measured)
		return figure("exec to userspace ready", time(total.ns),
			`\u00b1 ${time(total.error_ns)}`);
	if (report.boot.how === "firmware" && whole.measured)
		return figure(`${moments[whole.from]} to ${moments[whole.to]}`,
			time(whole.ns), `\u00b1 ${time(whole.error_ns)}`);
	if (whole.measured && whole.from !== whole.to)
		return figure(`${moments[whole.from]} to ${moments[whole.to]}`,
			time(whole.ns), `\u00b1 ${time(whole.error_ns)}; exec to ` +
			`userspace ready not measured: ${total.why_not}`);
	return figure("exec to userspace ready", null, total.why_not);
}

function otherFigures()
{
	const { saved, firmware, cpus: all } = report;
	const list = [known(all.online) && known(all.present) ?
		figure("CPUs online", `${all.online} of ${all.present}`) :
		figure("CPUs online", null)];

	if (saved.measured)
		list.push(figure("saved", time(saved.ns), `\u00b1 ` +
			`${time(saved.error_ns)}, against ${saved.against}`));
	else if (report.boot.how !== "firmware")
		list.push(figure("saved", null, saved.why_not));
	if (report.boot.how === "firmware")
		list.push(figure("firmware", firmware.measured ?
			time(firmware.firmware_ns) : null,
			(known(firmware.loader_ns) ?
			`boot loader: ${time(firmware.loader_ns)}; ` : "") +
			firmware.source));
	return list;
}

function notice(kind, title, list)
{
	return list.length ? make("div", { class: `notice ${kind}` },
		make("b", {}, title), make("ul", {}, ...list.map(text =>
			make("li", {}, text)))) : "";
}

function showHead()
{
	const { boot } = report, release = boot.release || "unknown kernel";

	document.title = `${release} - kpark report`;
	$("lead").textContent =
		`kpark report, boot of ${date(boot.started_ns)}`;
	$("release").textContent = release;
	$("origin").textContent = [hows[boot.how],
		boot.hop ? `hop ${boot.hop}` : "",
		boot.previous.release ? `from ${boot.previous.release}` : ""]
		.filter(Boolean).join(", ");
	$("figures").append(totalFigure(), ...otherFigures());
	$("notices").append(
		notice("degraded", "Degraded: went the slow way", report.degraded),
		notice("problem", "Cannot be true, and is not shown",
			report.problems));
}

// -- stages

const at = Object.fromEntries(report.moments.map(m => [m.key, m.at_ns]));
const shown = report.stages.filter((stage, i) => stage.measured ||
	report.boot.how === "kpark" || i >= 8 ||
	(i === 0 && report.boot.how === "kexec"));
const measured = shown.filter(stage => stage.measured && known(at[stage.from]));

function percent(share)
{
	return known(share) ? `${share.toFixed(1)} %` : "";
}

function stageSpan(stage, range)
{
	const from = at[stage.from], rows = [
		["took", `${ms(stage.ns)} ms`],
		["\u00b1", `${ms(stage.error_ns)} ms`],
		["share", percent(stage.share_percent)],
		["begins", `${ms(from)} ms`],
	];
	const element = span(from, from + stage.ns, range, stage.key);

	element.setAttribute("role", "img");
	return withTip(element, stage.name, rows,
		`${moments[stage.from]} to ${moments[stage.to]}`);
}

// Between the first and the last known moment, what no stage has.
function gaps(range)
{
	const list = [];
	let end = range[0];

	for (const stage of measured) {
		if (at[stage.from] > end + 1)
			list.push(withTip(span(end, at[stage.from], range, "gap"),
				"not measured separately",
				[["in all", `${ms(at[stage.from] - end)} ms`]]));
		end = Math.max(end, at[stage.from] + stage.ns);
	}
	if (range[1] > end + measured.length + 1)
		list.push(withTip(span(end, range[1], range, "gap"),
			"not measured separately",
			[["in all", `${ms(range[1] - end)} ms`]]));
	return list;
}

function stack(list, kind, label)
{
	const bar = make("div", { class: `stack ${kind}`, role: "group",
		"aria-label": label }, ...list);

	list.forEach((element, i) =>
		element.setAttribute("tabindex", i ? -1 : 0));
	serveTips(bar);
	return bar;
}

// A bar of its own for purgatory, where it is too short to be seen.
function magnified(range)
{
	const list = measured.filter(s => families[1][2].includes(s.key));

	if (!list.length)
		return [];
	const last = list[list.length - 1], from = at[list[0].from];
	const own = [from, at[last.from] + last.ns];
	const width = range[1] - range[0];
	const [a, b] = own.map(t => (t - range[0]) / width * 1000);

	if (own[1] <= own[0] || b - a > 200)
		return [];
	const svg = document.createElementNS("http://www.w3.org/2000/svg",
		"svg");
	const fan = document.createElementNS(svg.namespaceURI, "path");
	svg.setAttribute("viewBox", "0 0 1000 10");
	svg.setAttribute("preserveAspectRatio", "none");
	svg.setAttribute("class", "zoom");
	svg.setAttribute("aria-hidden", "true");
	fan.setAttribute("d",
		`M${a} 0 L${Math.max(b, a + 1)} 0 L1000 10 L0 10 Z`);
	svg.append(fan);
	return [svg, stack(list.map(s => stageSpan(s, own)), "small",
		"Stages of purgatory"), make("p", { class: "note" },
		`purgatory alone, ${time(own[1] - own[0])}, ` +
		`${Math.round(width / (own[1] - own[0]))} times wider`)];
}

function family([name, colour, keys])
{
	const all = shown.filter(stage => keys.includes(stage.key));
	const have = all.filter(stage => stage.measured);
	const sum = have.reduce((n, stage) => n + stage.ns, 0);
	const share = have.reduce((n, stage) => n + stage.share_percent, 0);
	const part = keys[0] !== "find" && have.length < all.length ?
		`, ${have.length} of ${all.length} stages` : "";

	if (!all.length)
		return "";
	return make("li", {}, key(colour), have.length ?
		`${name} ${time(sum)}, ${percent(share)}${part}` :
		`${name}: not measured`);
}

function stageRow(stage, range)
{
	const head = make("th", { scope: "row" },
		key(stage.measured ? stage.key : "gap"), stage.name);

	if (!stage.measured)
		return make("tr", {}, head,
			make("td", { class: "absent", colspan: 4 },
				`not measured: ${stage.why_not}`));
	const lane = make("div", { class: "lane" });
	if (range && known(at[stage.from]))
		lane.append(span(at[stage.from], at[stage.from] + stage.ns, range,
			stage.key));
	return make("tr", {}, head, make("td", { class: "n" }, ms(stage.ns)),
		make("td", { class: "n" }, ms(stage.error_ns)),
		make("td", { class: "n" }, percent(stage.share_percent)),
		make("td", { class: "where" }, lane));
}

function headRow(...names)
{
	const numbers = /ms$|^(share|NMI|#MC|stray|CPU|APIC ID)$/;

	return make("thead", {}, make("tr", {}, ...names.map(name => make("th",
		{ scope: "col", class: numbers.test(name) ? "n" : "" },
		name))));
}

function showStages()
{
	const { whole, total } = report;
	const range = whole.measured && whole.ns > 0 ? [0, whole.ns] : null;

	if (range)
		$("bar").append(stack([...measured.map(s => stageSpan(s, range)),
			...gaps(range)].sort((a, b) => a.from - b.from),
			"", "Stages"), ...magnified(range));
	else
		$("bar").append(make("p", { class: "absent" },
			["not measured", whole.why_not || total.why_not]
				.filter(Boolean).join(": ")));
	$("families").append(...families.map(family));
	$("stages").append(
		headRow("stage", "took, ms", "\u00b1 ms", "share", ""),
		make("tbody", {}, ...shown.map(stage => stageRow(stage, range))));
	if (whole.measured)
		$("stages").append(make("tfoot", {}, make("tr", {},
			make("th", { scope: "row" },
				`${moments[whole.from]} to ${moments[whole.to]}`),
			make("td", { class: "n" }, ms(whole.ns)),
			make("td", { class: "n" }, ms(whole.error_ns)),
			make("td", {}), make("td", {}))));
}

// -- waterfall

const cpuName = cpu => (known(cpu.number) ? `CPU ${cpu.number}` : "no CPU") +
	`, APIC ID ${cpu.apic_id}`;
const counters = cpu => [["NMI", cpu.nmi], ["#MC", cpu.machine_checks],
	["stray", cpu.stray]].filter(([, n]) => n);

// Its stamps in the order of time; what contradicts that is left out.
function way(cpu)
{
	const list = [];

	if (cpu.released === "boot_cpu")
		return list;
	for (const [name, , kind, text] of stamps) {
		const when = cpu[name], last = list[list.length - 1];

		if (!known(when) || (last && when < last.when))
			continue;
		list.push({ name, when, text, kind: name === "commanded_ns" &&
			last && last.name !== "prepared_ns" ? "waited" : kind });
	}
	return list;
}

const ways = new Map(cpus.map(cpu => [cpu, way(cpu)]));

function rangeOf(names)
{
	const times = [...ways.values()].flat()
		.filter(s => names.includes(s.name)).map(s => s.when);

	if (!times.length)
		return null;
	const low = times.reduce((a, b) => Math.min(a, b));
	const high = times.reduce((a, b) => Math.max(a, b));
	return [low, Math.max(high, low + 1000)];
}

function panels(view)
{
	const into = rangeOf(["arrived_ns", "parked_ns"]);
	const out = rangeOf(["prepared_ns", "commanded_ns", "woken_ns", "alive_ns",
		"online_ns"]);

	if (view === "whole") {
		const ends = [into, out].filter(Boolean).flat();

		const low = Math.min(0, ...ends);

		return [{ title: "The whole reboot", share: 1, range: [low,
			Math.max(low + 1000, report.whole.ns || 0, ...ends)] }];
	}
	return [into && { title: "Into the park", share: 2, range: into },
		out && { title: "Out of it, until online", share: 5, range: out }]
		.filter(Boolean);
}

function tickStep(width, count)
{
	const raw = width / count, base = 10 ** Math.floor(Math.log10(raw));

	return [1, 2, 5, 10].map(n => n * base).find(n => n >= raw);
}

// `room` in pixels; a label and the space around it take some 70.
function ticksOf(panel)
{
	const width = panel.range[1] - panel.range[0], list = [];
	const step = tickStep(width, Math.max(1, panel.room / 75));

	for (let t = 0; t <= width * 1.0001; t += step)
		list.push(t);
	return list;
}

function axisUnit(width)
{
	return width >= 2e9 ? [1e9, "s"] : width >= 2e6 ? [1e6, "ms"] :
		[1e3, "\u00b5s"];
}

function head(panel)
{
	const width = panel.range[1] - panel.range[0];
	const [unit, name] = axisUnit(width);
	const from = report.whole.from ? moments[report.whole.from] : "start";

	const ticks = [];
	let free = 0;		// pixels from the left that have no label yet

	for (const t of ticksOf(panel)) {
		const text = `${+(t / unit).toPrecision(6)}${t ? "" : ` ${name}`}`;
		const place = t / width * panel.room, size = text.length * 7.5;
		const left = !t ? 0 : place + size / 2 > panel.room ? place - size :
			place - size / 2;

		if (left < free)
			continue;
		free = left + size + 6;
		ticks.push(make("span", { style: { left: `${t / width * 100}%` },
			class: t && left === place - size ? "last" : "" }, text));
	}
	return make("div", {}, make("b", {}, panel.title),
		panel.range[0] === 0 ? `0 = ${from}` : `0 = ${from} ` +
			`${panel.range[0] < 0 ? "\u2212" : "+"} ` +
			`${(Math.abs(panel.range[0]) / 1e9).toFixed(3)} s`,
		make("div", { class: "ticks" }, ...ticks));
}

function lane(cpu, panel, first)
{
	const list = ways.get(cpu), element = make("div", { class: "lane" });
	const last = list[list.length - 1];

	for (let i = 1; i < list.length; i++)
		if (list[i].when >= panel.range[0] &&
		    list[i - 1].when <= panel.range[1])
			element.append(span(list[i - 1].when, list[i].when,
				panel.range, list[i].kind));
	if (cpu.released === "lost" && last && last.when <= panel.range[1])
		element.append(span(last.when, panel.range[1], panel.range,
			"lost"));
	if (first && !list.length)
		element.append(make("span", {}, cpu.released === "boot_cpu" ?
			"boot CPU, started the kernel" :
			"not measured: " +
			(cpu.why_not || report.cpus.trace_why_not)));
	return element;
}

function cpuTip(cpu)
{
	const rows = [["released", releases[cpu.released] +
		(cpu.online ? "" : ", not online")]];
	const missing = [];

	if (cpu.parked_by)
		rows.push(["parked by", cpu.parked_by]);
	for (const [name, text] of stamps)
		if (known(cpu[name]))
			rows.push([text, `${ms(cpu[name])} ms`]);
		else
			missing.push(text);
	if (known(cpu.took_ns))
		rows.push(["its bring-up took", `${ms(cpu.took_ns)} ms`]);
	if (known(cpu.nmi))
		rows.push(["NMI, #MC, stray", `${cpu.nmi}, ${cpu.machine_checks}, ` +
			cpu.stray]);
	return [rows, cpu.released === "boot_cpu" || !missing.length ? null :
		[`not measured: ${missing.join(", ")}`, cpu.why_not ||
		report.cpus.trace_why_not].filter(Boolean).join("; ")];
}

const isOdd = cpu => !cpu.online || counters(cpu).length > 0;

// Which rows have room for a label, of `every` rows: odd ones first.
function labelled(sorted, every)
{
	const rows = new Set();
	const free = i => {
		for (let near = i - every + 1; near < i + every; near++)
			if (rows.has(near))
				return false;
		return true;
	};

	for (const wanted of [isOdd, () => true])
		sorted.forEach((cpu, i) => wanted(cpu) && free(i) && rows.add(i));
	return rows;
}

function row(cpu, list, labelled)
{
	const flags = counters(cpu).map(([name, n]) => `${n} ${name}`).join(" ");
	const wrong = isOdd(cpu);
	const [rows, note] = cpuTip(cpu);

	return withTip(make("div", { class: "line row", role: "listitem",
		tabindex: -1 }, make("span", { class: `name${wrong ? " flag" : ""}` },
		labelled ? `APIC ${cpu.apic_id}` : ""),
		...list.map((panel, i) => lane(cpu, panel, !i)),
		make("span", { class: "took" }, !labelled ? "" : flags ||
			(cpu.online ? known(cpu.took_ns) ? `${ms(cpu.took_ns)} ms` :
			"" : "not online"))), cpuName(cpu), rows, note);
}

const took = cpu => cpu.released === "lost" ? Infinity :
	known(cpu.took_ns) ? cpu.took_ns : -1;
const orders = {
	apic: (a, b) => a.apic_id - b.apic_id,
	slowest: (a, b) => took(b) === took(a) ? a.apic_id - b.apic_id :
		took(b) - took(a),
	released: (a, b) => Object.keys(releases).indexOf(b.released) -
		Object.keys(releases).indexOf(a.released) || a.apic_id - b.apic_id,
};

function showFall()
{
	const choice = name => $("controls").elements[name].value;
	const list = panels(choice("view")), fall = $("fall");
	const height = Math.max(4, Math.min(26, Math.floor(960 / cpus.length)));
	const every = Math.ceil(14 / height);
	const sorted = [...cpus].sort(orders[choice("order")]);
	const labels = labelled(sorted, every);
	const rows = sorted.map((cpu, i) => row(cpu, list, labels.has(i)));
	const shares = list.reduce((sum, panel) => sum + panel.share, 0);

	const narrow = fall.clientWidth < 600;
	for (const panel of list)
		panel.room = (fall.clientWidth - (narrow ? 110 : 230)) *
			panel.share / shares;
	const columns = ["4.5rem", ...list.map(p => `minmax(0, ${p.share}fr)`),
		narrow ? "0" : "6rem"].join(" ");

	if (rows.length)
		rows[0].tabIndex = 0;
	const box = make("div", { class: "rows", role: "list",
		"aria-label": "CPUs; arrow keys go from row to row" },
		...rows);
	fall.className = (height < 14 ? "dense" : "") +
		(narrow ? " narrow" : "");
	fall.style.setProperty("--h", `${height}px`);
	fall.style.setProperty("--pad", height < 7 ? ".5px" :
		`${Math.round(height / 6)}px`);
	fall.style.setProperty("--columns", columns);
	fall.replaceChildren(make("div", { class: "line head" }, make("span"),
		...list.map(head), make("span", { class: "took" }, "its bring-up")),
		make("div", { class: "body" }, make("div", { class: "line grid" },
			make("span"), ...list.map(panel => make("div",
				{ class: "lane" }, ...ticksOf(panel).map(t => {
					const end = panel.range[0] + t;

					return span(end, end, panel.range, "");
				})))), box));
	serveTips(box);
}

function choices(name, title, list)
{
	return make("fieldset", {}, make("legend", {}, title),
		...list.map(([value, text], i) => make("label", {},
			make("input", Object.assign({ type: "radio", name, value },
				i ? {} : { checked: "" })), ` ${text}`)));
}

function showCpus()
{
	const all = report.cpus, present = new Set();
	const kinds = Object.keys(releases).filter(k => all[k])
		.map(k => `${all[k]} ${{ boot_cpu: "boot CPU", mailbox: "by mailbox",
			init: "by INIT/SIPI", lost: "lost", not_released:
			"not released" }[k]}`);
	const traced = [...ways.values()].some(list => list.length);

	$("counts").textContent = `${kinds.join(", ")}.` +
		(traced && all.trace_why_not ? ` First life and online of each: not ` +
		`measured, ${all.trace_why_not}.` : "");
	$("controls").append(choices("order", "Order", [["apic", "by APIC ID"],
		["slowest", "slowest first"], ["released", "by how released"]]),
		choices("view", "Time", [["zoom", "arrival and bring-up"],
			["whole", "the whole reboot"]]));
	$("controls").hidden = !traced;
	$("controls").addEventListener("change", showFall);
	let width = innerWidth;
	addEventListener("resize", () => {
		if (innerWidth !== width && $("fall").querySelector(".row"))
			showFall();
		width = innerWidth;
	});
	$("controls").addEventListener("submit", e => e.preventDefault());
	for (const list of ways.values())
		list.slice(1).forEach(s => present.add(s.kind));
	if (all.lost)
		present.add("lost");
	$("parts").append(...[...stamps, [0, 0, "lost", "commanded, never went"]]
		.filter(s => present.has(s[2]))
		.map(s => make("li", {}, key(s[2]), s[3])));
	if (traced)
		showFall();
	else
		$("fall").append(make("p", { class: "absent" },
			"The times of each CPU are not measured" +
			(all.trace_why_not ? `: ${all.trace_why_not}` : "")));
}

function cpuRow(cpu)
{
	const cell = value => make("td", { class: known(value) ? "n" : "n absent" },
		known(value) ? value : "-");
	const count = n => make("td", { class: n ? "n flag" : "n" },
		known(n) ? String(n) : "-");
	const delta = (a, b) => known(a) && known(b) && b >= a ? ms(b - a) : null;
	const slow = report.cpus.slowest_apic_ids.indexOf(cpu.apic_id);

	return make("tr", {}, cell(known(cpu.number) ? String(cpu.number) : null),
		make("td", { class: "n" }, String(cpu.apic_id)),
		make("td", {}, cpu.parked_by || "-"),
		make("td", cpu.online ? {} : { class: "flag" },
			releases[cpu.released] +
			(cpu.online ? "" : ", not online")),
		cell(delta(cpu.arrived_ns, cpu.parked_ns)),
		cell(delta(cpu.commanded_ns, cpu.woken_ns)),
		cell(delta(known(cpu.commanded_ns) ? cpu.commanded_ns :
			cpu.prepared_ns, cpu.online_ns)),
		count(cpu.nmi), count(cpu.machine_checks), count(cpu.stray),
		make("td", { class: "why" }, [slow >= 0 && cpus.length > 4 ?
			`slowest, no. ${slow + 1}` : "", cpu.why_not].filter(Boolean)
			.join("; ")));
}

// -- facts

function showFacts()
{
	const { boot, purgatory: p, clock, firmware } = report;
	const add = (name, value, kind) => value && $("facts").append(
		make("dt", {}, name), make("dd", { class: kind || "" }, value));

	$("cpus").append(headRow("CPU", "APIC ID", "parked by", "released",
		"arrival, ms", "woken, ms", "up, ms", "NMI", "#MC", "stray", ""),
		make("tbody", {}, ...cpus.map(cpuRow)));
	add("command line", boot.cmdline, "cmdline");
	add("previous kernel", boot.previous.release);
	add("its command line", boot.previous.cmdline, "cmdline");
	if (p) {
		add("purgatory", `${p.aps_parked} of ${plural(p.aps, "AP")} parked, ` +
			`${p.aps_found} of them found there; ` +
			`${plural(p.inits_sent, "INIT")} and ` +
			`${plural(p.sipis_sent, "SIPI")} sent; ` +
			(p.outcome_text || ""));
		add("digest", p.verify);
	}
	add("firmware", firmware.measured ? time(firmware.firmware_ns) +
		(known(firmware.loader_ns) ? `, boot loader ` +
		time(firmware.loader_ns) : "") + ` (${firmware.source})` :
		`not measured: ${firmware.source}`);
	add("clock", !clock.usable ? `not usable: ${clock.why_not}` :
		`TSC at ${(clock.tsc_khz / 1e3).toFixed(3)} MHz` +
		(known(clock.log_anchor_error_ns) ? `, kernel log to TSC ` +
		`\u00b1 ${time(clock.log_anchor_error_ns)}` : ""));
	add("boot_id", boot.boot_id, "cmdline");
	$("footer").textContent = `kpark report --html of ` +
		`${date(boot.reported_ns)}. ` +
		`woken: from the mailbox's command to the way out of the park; up: ` +
		`from there to online, with kpark load --trace.`;
}

showHead();
showStages();
showCpus();
showFacts();
