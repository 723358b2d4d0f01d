import * as vscode from 'vscode';

/** What a chart is called and what its lines are; the ids are those of the page's script. */
interface ChartText {
  readonly id: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly hasLimit: boolean;
}

/**
 * The page without its contents: words of ours, and places that its script fills with text. Nothing that comes from a
 * container, a folder or an engine is in it. It may run one script, load one style sheet, and nothing else.
 */
export function detailsHtml(page: {
  readonly cspSource: string;
  readonly nonce: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  readonly workspaceId: string;
  readonly language: string;
}): string {
  const policy = `default-src 'none'; script-src 'nonce-${page.nonce}'; style-src ${page.cspSource}; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="${escapeHtml(page.language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<link rel="stylesheet" href="${escapeHtml(page.styleUri)}">
<title>${escapeHtml(vscode.l10n.t('Details'))}</title>
</head>
<body data-workspace-id="${escapeHtml(page.workspaceId)}">
<main>
<h1 id="title"></h1>
<p id="summary" role="status" aria-live="polite"></p>
<section aria-labelledby="facts-heading">
<h2 id="facts-heading">${escapeHtml(vscode.l10n.t('Workspace'))}</h2>
<dl id="facts"></dl>
</section>
<section aria-labelledby="charts-heading">
<h2 id="charts-heading">${escapeHtml(vscode.l10n.t('Last 15 minutes'))}</h2>
<p id="no-samples" class="quiet">${escapeHtml(vscode.l10n.t('Nothing has been measured yet. A workspace is measured while it runs and somebody looks.'))}</p>
<div id="charts">
${chartTexts().map(figure).join('\n')}
</div>
</section>
<section aria-labelledby="sessions-heading">
<h2 id="sessions-heading">${escapeHtml(vscode.l10n.t('Terminals and commands'))}</h2>
<p id="no-sessions" class="quiet">${escapeHtml(vscode.l10n.t('No terminal and no command of this window runs in it.'))}</p>
${table('sessions', escapeHtml(vscode.l10n.t('What runs now, and what ended last')), [escapeHtml(vscode.l10n.t('Kind')), escapeHtml(vscode.l10n.t('Command')), escapeHtml(vscode.l10n.t('Started')), escapeHtml(vscode.l10n.t('State'))])}
</section>
<section aria-labelledby="report-heading">
<h2 id="report-heading">${escapeHtml(vscode.l10n.t('Isolation'))}</h2>
<p id="report-summary" role="status" aria-live="polite"></p>
<p><button type="button" id="check">${escapeHtml(vscode.l10n.t('Check Now'))}</button></p>
${table('findings', escapeHtml(vscode.l10n.t('What the profile promises, what does not hold first')), [escapeHtml(vscode.l10n.t('Found')), escapeHtml(vscode.l10n.t('Promise')), escapeHtml(vscode.l10n.t('Expected')), escapeHtml(vscode.l10n.t('Actual'))])}
</section>
<section id="names-section" aria-labelledby="names-heading" hidden>
<h2 id="names-heading">${escapeHtml(vscode.l10n.t('Names it tried to reach'))}</h2>
<p><button type="button" id="edit-names">${escapeHtml(vscode.l10n.t('Names That It May Reach…'))}</button></p>
<p id="no-names" class="quiet">${escapeHtml(vscode.l10n.t('It has tried to reach nothing yet, as far as this window has seen.'))}</p>
${table('names', escapeHtml(vscode.l10n.t('What was denied the last time first')), [escapeHtml(vscode.l10n.t('Name')), escapeHtml(vscode.l10n.t('Answer')), escapeHtml(vscode.l10n.t('Last')), escapeHtml(vscode.l10n.t('Decide'))])}
</section>
<section aria-labelledby="timeline-heading">
<h2 id="timeline-heading">${escapeHtml(vscode.l10n.t('Timeline'))}</h2>
<p><button type="button" id="export">${escapeHtml(vscode.l10n.t('Export…'))}</button></p>
<p id="no-events" class="quiet">${escapeHtml(vscode.l10n.t('Nothing has happened since this window was opened.'))}</p>
${table('events', escapeHtml(vscode.l10n.t('What happened, newest first')), [escapeHtml(vscode.l10n.t('When')), escapeHtml(vscode.l10n.t('Kind')), escapeHtml(vscode.l10n.t('Severity')), escapeHtml(vscode.l10n.t('What'))])}
</section>
<section aria-labelledby="log-heading">
<h2 id="log-heading">${escapeHtml(vscode.l10n.t('Container output'))}</h2>
<p><button type="button" id="show-log">${escapeHtml(vscode.l10n.t('Show All'))}</button></p>
<pre id="log" tabindex="0" role="region" aria-label="${escapeHtml(vscode.l10n.t('Last lines of the container output'))}"></pre>
</section>
</main>
<script nonce="${page.nonce}" src="${escapeHtml(page.scriptUri)}"></script>
</body>
</html>`;
}

function chartTexts(): readonly ChartText[] {
  return [
    { id: 'cpu', title: vscode.l10n.t('Processor cores'), lines: [vscode.l10n.t('used')], hasLimit: true },
    { id: 'memory', title: vscode.l10n.t('Memory'), lines: [vscode.l10n.t('used')], hasLimit: true },
    {
      id: 'network',
      title: vscode.l10n.t('Network, per second'),
      lines: [vscode.l10n.t('received'), vscode.l10n.t('sent')],
      hasLimit: false,
    },
    {
      id: 'disk',
      title: vscode.l10n.t('Disk, per second'),
      lines: [vscode.l10n.t('read'), vscode.l10n.t('written')],
      hasLimit: false,
    },
    {
      id: 'pids',
      title: vscode.l10n.t('Processes and threads'),
      lines: [vscode.l10n.t('used')],
      hasLimit: true,
    },
  ];
}

/** The numbers stand below as text, for those who do not see the drawing. */
function figure({ id, title, lines, hasLimit }: ChartText): string {
  const keys = lines.map(
    (line, index) =>
      `<span><span class="key line-${index}" aria-hidden="true"></span>${escapeHtml(line)} <b data-value="${index}">–</b></span>`,
  );
  const limit = `<span><span class="key limit" aria-hidden="true"></span>${escapeHtml(vscode.l10n.t('limit'))} <b data-limit>–</b></span>`;
  return `<figure id="chart-${id}"><figcaption><h3>${escapeHtml(title)}</h3><p class="keys">${[...keys, ...(hasLimit ? [limit] : [])].join(' ')}</p></figcaption><div class="plot" aria-hidden="true"></div></figure>`;
}

/** With its roles spelled out: in a narrow page its rows are drawn as blocks, which would take them away. */
function table(id: string, caption: string, headings: readonly string[]): string {
  const cells = headings.map((heading) => `<th scope="col" role="columnheader">${heading}</th>`).join('');
  return `<table id="${id}" role="table" hidden><caption>${caption}</caption><thead role="rowgroup"><tr role="row">${cells}</tr></thead><tbody role="rowgroup"></tbody></table>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
