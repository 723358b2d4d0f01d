import assert from 'node:assert/strict';
import { CordonError } from '../../../../src/shared/errors.ts';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';
import type { FakeWindow } from '../../../support/vscode/fakeWindow.ts';

function onlyEditor({ documents }: FakeWindow) {
  assert.equal(documents.editors.length, 1);
  return documents.editors[0]!;
}

describe('show the isolation report', () => {
  it('opens what holds and the grade as a text that nobody can change', async () => {
    const { window, given } = cordonInWindow();
    const { id } = await given('demo', { profile: 'strict' });
    await window.run('cordon.showIsolation', id);
    const { uri, text } = onlyEditor(window);
    assert.equal(uri.path, '/Isolation of demo');
    assert.match(text, /^Isolation of demo\nGrade A: everything that the profile promises holds\./);
    assert.match(text, /Profile strict, network none, mount /);
    assert.match(text, /\nHolds\n {2}✓ /);
    assert.doesNotMatch(text, /Does not hold/);
  });

  it('lists first what does not hold, and brings an open report up to date', async () => {
    const { window, given, engine } = cordonInWindow();
    const { id } = await given('demo');
    await window.run('cordon.showIsolation', id);
    engine.factsOf = (_container, facts) => ({ ...facts, capabilitiesAdded: ['SYS_ADMIN\u001b[2J'] });
    await window.run('cordon.showIsolation', id);
    const { text } = onlyEditor(window);
    assert.match(text, /Grade F: the isolation does not hold/);
    assert.match(text, /Does not hold\n {2}✗ .* \(critical\)\n {6}expected: .*\n {6}actual: .*SYS_ADMIN/);
    assert.ok(text.indexOf('Does not hold') < text.indexOf('\nHolds'));
    assert.ok(!text.includes('\u001b'));
  });

  it('tells apart what is broken, what is unproven and what holds, with CIS numbers and who saw it', async () => {
    const { window, given, engine } = cordonInWindow();
    const { id } = await given('demo');
    engine.probe = () => 'nonsense';
    engine.factsOf = (container, facts) => ({ ...facts, id: container.id, restartPolicy: 'always' });
    await window.run('cordon.showIsolation', id);
    const { text } = onlyEditor(window);
    assert.match(text, /Grade C: /);
    assert.match(text, /Does not hold\n {2}✗ Restarted by the engine \[CIS 5\.15\] \(warning\)\n/);
    assert.match(
      text,
      /Unproven: nothing could tell\n {2}\? Capabilities, as the kernel has them \[CIS 5\.4; seen from inside\] \(critical\)\n/,
    );
    assert.match(text, /\n {2}✓ Capabilities \[CIS 5\.4\]: all dropped/);
    assert.ok(
      text.indexOf('Does not hold') < text.indexOf('Unproven') &&
        text.indexOf('Unproven') < text.indexOf('\nHolds'),
    );
  });

  it('tells details from what matters, in grade and words', async () => {
    for (const [severity, grade, word] of [
      ['info', 'B', 'detail'],
      ['warning', 'C', 'warning'],
      ['critical', 'F', 'critical'],
    ] as const) {
      const { window, given, service } = cordonInWindow();
      const { id } = await given('demo');
      const report = await service.isolationReport(id);
      const [finding] = report.findings;
      const broken = { ...finding!, ok: false, status: 'broken' as const, severity };
      service.isolationReport = () => Promise.resolve({ ...report, grade, findings: [broken] });
      await window.run('cordon.showIsolation', id);
      assert.match(onlyEditor(window).text, new RegExp(`Grade ${grade}: .*✗ [^\\n]* \\(${word}\\)`, 's'));
    }
  });

  it('forgets a report whose editor is closed', async () => {
    const { window, given } = cordonInWindow();
    const { id } = await given('demo');
    await window.run('cordon.showIsolation', id);
    const editor = onlyEditor(window);
    window.documents.close(editor);
    assert.equal(await window.documents.read(editor.uri), '');
  });
});

describe('show container engines', () => {
  const textOf = async (prepare: (engine: ReturnType<typeof cordonInWindow>['engine']) => void) => {
    const { window, engine } = cordonInWindow();
    prepare(engine);
    await window.run('cordon.showEngines');
    const { uri, text } = onlyEditor(window);
    assert.equal(uri.path, '/Container Engines');
    return text;
  };

  it('says which was chosen, and why', async () => {
    const text = await textOf((engine) => {
      engine.setState({ kind: 'connected', info: { ...engine.info, version: '1.0\u001b[31m' } });
    });
    for (const line of [
      'Connected to Fake Engine 1.0 [31m (API 1.41)',
      'Endpoint: unix:///fake.sock',
      'Chosen because: a test says so',
      'Rootless: no',
      'Machine: 8 CPU, 16384 MiB memory',
    ])
      assert.ok(text.split('\n').includes(line), line);
    const rootless = await textOf((engine) => {
      engine.setState({ kind: 'connected', info: { ...engine.info, rootless: true } });
    });
    assert.match(rootless, /Rootless: yes/);
  });

  it('says where one was looked for and what went wrong, and what to do', async () => {
    const text = await textOf((engine) => {
      engine.setState({
        kind: 'unavailable',
        attempts: [
          { endpoint: 'unix:///a.sock', chosenBecause: 'DOCKER_HOST', problem: 'Nothing listens there.' },
        ],
        error: new CordonError('engineUnavailable', 'No engine.'),
      });
    });
    assert.match(text, /^No engine\.\n/);
    assert.match(text, /unix:\/\/\/a\.sock {2}\(DOCKER_HOST\)\n {6}Nothing listens there\./);
    assert.match(text, /cordon\.engine\.host/);
  });

  it('says that none has been looked for yet', async () => {
    assert.match(await textOf(() => undefined), /No container engine has been looked for yet/);
    const connecting = await textOf((engine) => {
      engine.setState({ kind: 'connecting' });
    });
    assert.match(connecting, /is being looked for/);
  });
});

describe('an engine that is gone', () => {
  it('is told with a retry, and the retry finds it again', async () => {
    const { window, engine, given } = cordonInWindow();
    const { id } = await given('demo');
    engine.lose();
    await window.run('cordon.stop', id);
    const message = await window.nextMessage();
    assert.deepEqual(
      [message.kind, message.text, message.buttons],
      ['error', 'No container engine answers.', ['Try Again', 'Show Engines', 'Show Log']],
    );
    message.press('Try Again');
    await message.answered;
    await window.executedAll();
    assert.deepEqual(window.executed, [['cordon.retryEngine']]);
    assert.equal(engine.state.kind, 'connected');
  });

  it('is shown in a view of its own: where it was looked for, and below that what went wrong', async () => {
    const { window, engine } = cordonInWindow();
    const view = window.tree('cordon.engines');
    assert.deepEqual(await view.rows(), []);
    const attempt = {
      endpoint: 'unix:///a.sock',
      chosenBecause: 'DOCKER_HOST',
      problem: 'Nothing [x](command:y) there.',
    };
    engine.setState({
      kind: 'unavailable',
      attempts: [attempt],
      error: new CordonError('engineUnavailable', 'No engine.'),
    });
    assert.deepEqual(view.redrawn, [undefined]);
    const [row] = await view.rows();
    assert.deepEqual([row?.label, row?.description], ['unix:///a.sock', 'DOCKER_HOST']);
    const [problem, ...more] = await view.rows(row?.node);
    assert.deepEqual([problem?.label, more], [attempt.problem, []]);
    assert.doesNotMatch((problem?.item.tooltip as { value: string }).value, /(?<!\\)\]\(/);
    assert.deepEqual(await view.rows(problem?.node), []);
  });

  it('that is too old is told with the engines that there are', async () => {
    const { window, engine, given } = cordonInWindow();
    const { id } = await given('demo');
    engine.before = (step) => {
      if (step === 'stopContainer') throw new CordonError('engineUnsupported', 'Too old.');
    };
    await window.run('cordon.stop', id);
    const message = await window.nextMessage();
    assert.deepEqual(message.buttons, ['Show Engines', 'Show Log']);
    message.press('Show Engines');
    await message.answered;
    assert.deepEqual(window.executed, [['cordon.showEngines']]);
  });
});
