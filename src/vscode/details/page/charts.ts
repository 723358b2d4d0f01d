import UPlot from 'uplot';
import type { ResourceSample } from '../../../workspaces/resources/resourceSample.ts';
import { chartKinds, type ChartKind, type Limits } from './chartKinds.ts';
import { element } from './element.ts';
import { language } from './language.ts';
import { columnsOf, windowMs, withSample } from './sampleWindow.ts';

const heightPx = 120;

/** The charts of what the workspace uses. Lines differ by their pattern, too: not everybody tells colours apart. */
export class Charts {
  private samples: readonly ResourceSample[] = [];
  private limits: Limits = { cpuCores: 0, memoryBytes: 0, pids: 0 };
  private readonly plots = new Map<string, UPlot>();

  constructor() {
    new ResizeObserver(() => {
      for (const kind of chartKinds) {
        const width = plotOf(kind).clientWidth;
        if (width > 0) this.plots.get(kind.id)?.setSize({ width, height: heightPx });
      }
    }).observe(element('charts'));
    // another theme: colours stand in the plots themselves
    new MutationObserver(() => {
      this.rebuild();
    }).observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
    this.rebuild();
  }

  replace(samples: readonly ResourceSample[]): void {
    this.samples = samples;
    this.draw();
  }

  add(sample: ResourceSample): void {
    this.samples = withSample(this.samples, sample);
    this.draw();
  }

  setLimits(limits: Limits): void {
    this.limits = limits;
    this.draw();
  }

  private rebuild(): void {
    for (const plot of this.plots.values()) plot.destroy();
    for (const kind of chartKinds)
      this.plots.set(
        kind.id,
        plot(kind, () => this.topOf(kind)),
      );
    this.draw();
  }

  private draw(): void {
    element('no-samples').hidden = this.samples.length > 0;
    element('charts').hidden = this.samples.length === 0;
    for (const kind of chartKinds) {
      const { seconds, values } = columnsOf(this.samples, kind.lines);
      const limit = kind.limit?.(this.limits);
      const limitLine = limit === undefined ? [] : [seconds.map(() => limit)];
      const nowSeconds = (this.samples.at(-1)?.atMs ?? Date.now()) / 1000;
      const chart = this.plots.get(kind.id);
      chart?.setData([seconds, ...values, ...limitLine], false);
      chart?.setScale('x', { min: nowSeconds - windowMs / 1000, max: nowSeconds });
      const figure = element(`chart-${kind.id}`);
      for (const [index, line] of kind.lines.entries()) {
        const last = this.samples.at(-1);
        setText(figure, `[data-value="${index}"]`, last ? kind.format(line(last)) : '–');
      }
      if (limit !== undefined) setText(figure, '[data-limit]', kind.format(limit));
    }
  }

  /** The limit belongs into the picture where use comes near it; far below it the use would be a flat line. */
  private topOf(kind: ChartKind): number {
    const most = Math.max(...this.samples.flatMap((sample) => kind.lines.map((line) => line(sample))), 0);
    const limit = kind.limit?.(this.limits) ?? Infinity;
    return most * 4 >= limit ? Math.max(most, limit) * 1.1 : Math.max(most * 1.2, kind.leastTop);
  }
}

function plot(kind: ChartKind, top: () => number): UPlot {
  const host = plotOf(kind);
  const colour = (name: string, otherwise: string) =>
    getComputedStyle(document.body).getPropertyValue(name).trim() || otherwise;
  const text = colour('--vscode-foreground', 'currentColor');
  const isHighContrast = document.body.classList.contains('vscode-high-contrast');
  const grid = isHighContrast ? text : colour('--vscode-charts-lines', text);
  const axis = {
    stroke: text,
    font: `11px ${colour('--vscode-font-family', 'sans-serif')}`,
    grid: { stroke: grid, width: 0.5, dash: [2, 4] },
    ticks: { show: false },
  };
  const width = isHighContrast ? 2.5 : 1.5;
  const line = (index: number): UPlot.Series => ({
    stroke: index === 0 ? colour('--vscode-charts-blue', text) : colour('--vscode-charts-purple', text),
    width,
    ...(index > 0 && { dash: [6, 3] }),
    points: { show: false },
  });
  return new UPlot(
    {
      width: Math.max(host.clientWidth, 120),
      height: heightPx,
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 8, 0, 0],
      scales: { x: { time: true, auto: false }, y: { range: () => [0, top()] } },
      axes: [
        { ...axis, size: 22, space: 60, values: (_, ticks) => ticks.map(clockTime) },
        {
          ...axis,
          ...(kind.steps && { incrs: kind.steps }),
          size: 62,
          space: 28,
          values: (_, ticks) => ticks.map((tick) => kind.format(tick)),
        },
      ],
      series: [
        {},
        ...kind.lines.map((_, index) => line(index)),
        ...(kind.limit
          ? [{ stroke: colour('--vscode-charts-red', text), width, dash: [2, 3], points: { show: false } }]
          : []),
      ],
    },
    [[], ...kind.lines.map(() => []), ...(kind.limit ? [[]] : [])],
    host,
  );
}

function clockTime(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' });
}

function plotOf({ id }: ChartKind): HTMLElement {
  const host = element(`chart-${id}`).querySelector<HTMLElement>('.plot');
  if (!host) throw new Error(`no place for the chart ${id}`);
  return host;
}

function setText(parent: HTMLElement, selector: string, text: string): void {
  const target = parent.querySelector(selector);
  if (target) target.textContent = text;
}
