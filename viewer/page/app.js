// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Draws what the viewer has worked out: /api/traces and /api/traces/<id>/view.
// All text that comes from there was sent by somebody, so it is only ever put
// into text nodes.

'use strict';

const POLL_MILLIS = 1500;
const COLORS = 10;

const state = {
  traces: [],
  shown: null,     // The trace that is drawn, as the viewer sent it.
  shownSpans: -1,  // How many spans the list said that it had.
  line: null,      // The line whose spans are shown below.
};

const $ = (id) => document.getElementById(id);

// An element of a class with text or elements in it.
function make(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content.filter((part) => part !== null));
  return element;
}

function count(number, noun) {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

// As the terminal has it: format.h.
function duration(nanos) {
  if (nanos === 0) return '0 ms';
  if (nanos < 0) return '-' + duration(-nanos);
  const micros = Math.round(nanos / 1e3);
  if (micros < 1000) return `${micros} µs`;
  if (Math.round(nanos / 1e5) < 100) return `${(nanos / 1e6).toFixed(1)} ms`;
  const millis = Math.round(nanos / 1e6);
  if (millis < 60e3) return `${millis.toLocaleString('en')} ms`;
  if (millis < 1e6) return `${(nanos / 1e9).toFixed(1)} s`;
  return `${Math.round(nanos / 1e9).toLocaleString('en')} s`;
}

function startTime(unixNanos) {
  return new Date(Number(BigInt(unixNanos) / 1000000n));
}

function ago(unixNanos) {
  const seconds = Math.round((Date.now() - startTime(unixNanos)) / 1000);
  if (seconds < 5) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return startTime(unixNanos).toLocaleString();
}

// The list.

function tone(trace) {
  if (trace.failed) return 'failed';
  return trace.status === 'OK' ? 'ok' : 'declined';
}

function isWanted(trace) {
  if ($('filter-failed').checked && tone(trace) !== 'failed') return false;
  const text = $('filter-text').value.trim().toLowerCase();
  return [trace.name, trace.traceId, ...trace.services]
      .some((field) => field.toLowerCase().includes(text));
}

function listEntry(trace) {
  const current = traceOfAddress() === trace.traceId;
  const button = make(
      'button', tone(trace),
      make('div', 'row', make('span', 'root', trace.name),
           make('span', '', duration(trace.durationNanos))),
      make('div', 'row minor',
           make('span', '',
                `${trace.service} · ${count(trace.spans, 'span')} · ` +
                    count(trace.services.length, 'service')),
           make('span', '',
                trace.status === 'OK' ? ago(trace.startUnixNano)
                                      : trace.status)));
  button.type = 'button';
  button.dataset.trace = trace.traceId;
  if (current) button.setAttribute('aria-current', 'true');
  button.addEventListener('click', () => go(trace.traceId));
  return make('li', '', button);
}

function drawList() {
  const focused = document.activeElement?.dataset?.trace;
  $('traces').replaceChildren(...state.traces.filter(isWanted).map(listEntry));
  if (focused) {
    $('traces').querySelector(`[data-trace="${CSS.escape(focused)}"]`)?.focus();
  }
}

function drawCounters(counters) {
  const losses = [];
  const refused = counters.overLimits + counters.noTraceId;
  if (refused) losses.push(`${count(refused, 'span')} could not be kept`);
  if (counters.evictedTraces) {
    losses.push(`${count(counters.evictedTraces, 'older trace')} made room`);
  }
  $('counters').textContent = losses.join(' · ');
}

// One trace.

// The address is #<trace id>, or #<trace id>/<line>.
function traceOfAddress() {
  return location.hash.slice(1).split('/')[0];
}

function go(traceId) {
  location.hash = traceId;
}

function drawTrace(trace) {
  state.shown = trace;
  $('empty').hidden = true;
  $('detail').hidden = false;
  const root = trace.lines[trace.root];
  $('title').textContent = root ? root.name : 'No spans';
  document.title = `${$('title').textContent} · Waybill`;
  const services = new Set(trace.resources.map((r) => r.service));
  $('facts').replaceChildren(
      `${startTime(trace.startUnixNano).toLocaleString()} · ` +
          `${count(trace.spans, 'span')} · ` +
          `${count(services.size, 'service')} · `,
      make('span', 'id', trace.traceId));
  drawVerdict(trace.verdict);
  $('notes').replaceChildren(...trace.notes.map((note) => make('li', '', note)));
  drawLegend(trace);
  drawWaterfall(trace);
  if (state.line === null || state.line >= trace.lines.length) {
    state.line = trace.verdict.line;
  }
  drawSpans();
}

function drawVerdict(verdict) {
  $('verdict').className = verdict.kind;
  const text = make('button', '', verdict.text);
  text.type = 'button';
  text.addEventListener('click', () => choose(verdict.line));
  $('verdict').replaceChildren(
      make('p', 'text', verdict.line === null ? verdict.text : text),
      ...verdict.details.map((detail) => make('p', '', detail)));
}

function colorOf(resource) {
  return `s${resource % COLORS}`;
}

function drawLegend(trace) {
  const entries = trace.resources.map(
      (resource, i) => make('span', '', make('i', colorOf(i)),
                            resource.service));
  const path = make('span', 'path-key', make('i', ''), 'critical path');
  $('legend').replaceChildren(...entries, path);
}

function place(element, trace, startNanos, durationNanos) {
  const percent = (nanos) => `${100 * nanos / trace.durationNanos}%`;
  element.style.left = percent(startNanos);
  if (durationNanos !== undefined) element.style.width = percent(durationNanos);
  return element;
}

function track(trace, line) {
  const lane = make('div', 'track');
  for (const tick of trace.ticks) {
    lane.append(place(make('div', 'tick'), trace, tick));
  }
  const color = colorOf(line.resource);
  const [outer, inner] = line.spans;
  if (outer) {
    const way = inner ? ' way' : '';
    lane.append(place(make('div', `bar ${color}${way}`), trace,
                      outer.startNanos, outer.durationNanos));
  }
  if (inner) {
    lane.append(place(make('div', `bar ${color}`), trace, inner.startNanos,
                      inner.durationNanos));
  }
  if (line.onPath) {
    lane.append(place(make('div', 'path'), trace, line.startNanos,
                      line.durationNanos));
  }
  return lane;
}

function row(trace, line, index) {
  const name = make('button', '', line.name, ' ',
                    make('span', 'service', line.service));
  name.type = 'button';
  name.title = `${line.name} · ${line.service}`;
  const cell = make('td', 'name', name);
  cell.style.paddingLeft = `${12 + 18 * Math.min(line.depth, 15)}px`;
  const status = make('td', `status ${line.tone}`, line.status,
                      ...line.flags.map((flag) => make('span', 'flag', flag)));
  status.title = line.status;
  const element = make(
      'tr', line.onPath ? 'on-path' : '', cell, status,
      make('td', 'duration', duration(line.durationNanos)),
      make('td', 'bars', track(trace, line)));
  element.addEventListener('click', () => choose(index));
  return element;
}

function drawWaterfall(trace) {
  $('axis').replaceChildren(...trace.ticks.map(
      (tick) => place(make('span', '', duration(tick)), trace, tick)));
  thinOutAxis();
  const hadFocus = $('lines').contains(document.activeElement);
  $('lines').replaceChildren(...trace.lines.map(
      (line, index) => row(trace, line, index)));
  if (hadFocus) lineButton(state.line)?.focus();
}

// Of labels that would run into each other, the first stays; none may stand
// out of the chart.
function thinOutAxis() {
  let free = -Infinity;
  for (const label of $('axis').children) {
    label.hidden = false;
    const end = label.offsetLeft + label.offsetWidth;
    label.hidden = label.offsetLeft < free || end > $('axis').clientWidth;
    if (!label.hidden) free = end + 8;
  }
}
window.addEventListener('resize', thinOutAxis);

function lineButton(index) {
  return $('lines').rows[index]?.querySelector('button');
}

function choose(index) {
  if (index === null) return;
  state.line = index;
  lineButton(index)?.focus();
  drawSpans();
}

// The spans of the chosen line.

function attributeTable(attributes) {
  return make('table', '',
              ...attributes.map((attribute) => make(
                  'tr', '', make('td', '', attribute.key),
                  make('td', '', attribute.value))));
}

function section(title, content) {
  return [make('h4', '', title), content];
}

function spanCard(span, resource) {
  const card = make(
      'article', '', make('h3', '', span.name),
      make('p', 'facts',
           `${span.kind} in ${span.service} · ${span.status} · ` +
               `${duration(span.durationNanos)}, from ` +
               duration(span.startNanos)));
  if (span.statusMessage) {
    card.append(make('p', 'message', span.statusMessage));
  }
  card.append(...span.problems.map((text) => make('p', 'problem', text)));
  if (span.attributes.length) {
    card.append(...section('Attributes', attributeTable(span.attributes)));
  }
  for (const event of span.events) {
    card.append(...section(`Event at ${duration(event.atNanos)}: ${event.name}`,
                           attributeTable(event.attributes)));
  }
  for (const link of span.links) {
    card.append(...section('Link', attributeTable([
      {key: 'trace', value: link.traceId}, {key: 'span', value: link.spanId},
      ...link.attributes,
    ])));
  }
  if (span.droppedDetails) {
    card.append(make('p', 'problem',
                     `${count(span.droppedDetails, 'detail')} over the ` +
                         'sender\'s limits were left out'));
  }
  card.append(...section('Process', attributeTable([
    ...resource.attributes, {key: 'scope', value: span.scope},
    {key: 'span id', value: span.spanId},
    {key: 'parent id', value: span.parentId || '(none)'},
  ])));
  return card;
}

function drawSpans() {
  const rows = [...$('lines').rows];
  rows.forEach((element, i) => {
    element.classList.toggle('selected', i === state.line);
    element.querySelector('button')
        .setAttribute('aria-pressed', String(i === state.line));
  });
  const line = state.line === null ? null : state.shown.lines[state.line];
  $('span').replaceChildren(...(line ? line.spans : []).map(
      (span) => spanCard(span, state.shown.resources[span.resource])));
}

// Arrow keys move through the lines, and through the list.
function moveFocus(event, buttons) {
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  const at = buttons.indexOf(document.activeElement);
  if (!step || at < 0) return;
  event.preventDefault();
  buttons[Math.max(0, Math.min(buttons.length - 1, at + step))].focus();
}

// Asking the viewer.

async function fetchJson(path) {
  const response = await fetch(path);
  const json = await response.json();
  if (!response.ok) throw new Error(json.error);
  return json;
}

function say(text, lost) {
  $('connection').textContent = text;
  $('connection').classList.toggle('lost', lost);
}

async function showTraceOfAddress() {
  const id = traceOfAddress();
  if (!id) return;
  const listed = state.traces.find((trace) => trace.traceId === id);
  const same = state.shown && state.shown.traceId === id;
  if (same && listed && listed.spans === state.shownSpans) return;
  if (!same) state.line = null;
  drawTrace(await fetchJson(`/api/traces/${encodeURIComponent(id)}/view`));
  state.shownSpans = listed ? listed.spans : -1;
}

async function refresh() {
  try {
    const list = await fetchJson('/api/traces');
    state.traces = list.traces;
    if (!traceOfAddress() && state.traces.length) {
      history.replaceState(null, '', `#${state.traces[0].traceId}`);
    }
    drawList();
    drawCounters(list.counters);
    say(`live · ${count(state.traces.length, 'trace')}`, false);
    await showTraceOfAddress();
  } catch (error) {
    const gone = error instanceof TypeError;
    say(gone ? 'The viewer does not answer: start waybill view again.'
             : error.message, true);
  }
}

async function poll() {
  if (!document.hidden) await refresh();
  setTimeout(poll, POLL_MILLIS);
}

addEventListener('hashchange', refresh);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) refresh();
});
$('filter').addEventListener('input', drawList);
$('filter').addEventListener('submit', (event) => event.preventDefault());
$('traces').addEventListener('keydown', (event) => {
  moveFocus(event, [...$('traces').querySelectorAll('button')]);
});
$('lines').addEventListener('keydown', (event) => {
  moveFocus(event, [...$('lines').querySelectorAll('button')]);
});
poll();
