/** Runs in the browser: draws each chart in its place, follows the width of the page and its colour scheme. */
export const chartScript = `
'use strict';
(() => {
  const charts = JSON.parse(document.getElementById('charts').textContent);
  const marks = document.getElementById('faults');
  const faults = marks ? JSON.parse(marks.textContent) : [];
  const places = [...document.querySelectorAll('[data-chart]')];
  const height = 220;
  let plots = [];
  const sync = uPlot.sync('time');
  const mark = (plot, colour) => {
    const { ctx, bbox } = plot;
    ctx.save();
    for (const { name, from, to } of faults) {
      const left = Math.max(bbox.left, plot.valToPos(from, 'x', true));
      const right = Math.min(bbox.left + bbox.width, plot.valToPos(to, 'x', true));
      if (right < left) continue;
      ctx.globalAlpha = 0.14;
      ctx.fillStyle = colour('series-3');
      ctx.fillRect(left, bbox.top, Math.max(2, right - left), bbox.height);
      ctx.globalAlpha = 1;
      ctx.font = 11 * devicePixelRatio + 'px system-ui, sans-serif';
      ctx.fillText(name, left + 4, bbox.top + 12 * devicePixelRatio);
    }
    ctx.restore();
  };
  const draw = () => {
    const css = getComputedStyle(document.documentElement);
    const colour = (name) => css.getPropertyValue('--' + name).trim();
    for (const plot of plots) plot.destroy();
    plots = places.map((place) => {
      const chart = charts[Number(place.dataset.chart)];
      const grid = { stroke: colour('line'), width: 1 };
      const axis = { stroke: colour('muted'), grid, ticks: grid };
      const show = (plot, value) => (value == null ? '\\u2013' : Number(value.toFixed(2)) + (chart.unit && ' ' + chart.unit));
      return new uPlot({
        width: place.clientWidth,
        height,
        hooks: { drawClear: [(plot) => mark(plot, colour)] },
        cursor: { sync: { key: sync.key } },
        scales: { x: { time: false }, y: { range: (plot, low, high) => [Math.min(0, low), high > 0 ? high * 1.08 : 1] } },
        axes: [{ ...axis, values: (plot, ticks) => ticks.map((tick) => tick + ' s') }, { ...axis, size: 60 }],
        series: [
          { label: 'time', value: (plot, value) => (value == null ? '\\u2013' : value + ' s') },
          ...chart.series.map(({ label, colour: number }) => ({
            label, stroke: colour('series-' + number), width: 1.6, value: show, spanGaps: true,
          })),
        ],
      }, chart.data, place);
    });
  };
  draw();
  addEventListener('resize', () => {
    plots.forEach((plot, index) => plot.setSize({ width: places[index].clientWidth, height }));
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
})();
`
