const vscode = require('vscode');

// The debugger itself runs beside the program; the extension names its address, and begins debugging where it is told of
// a child of the program.
exports.activate = (context) => {
  context.subscriptions.push(
    vscode.debug.registerDebugAdapterDescriptorFactory('debugpy', {
      createDebugAdapterDescriptor: ({ configuration: { connect } }) =>
        new vscode.DebugAdapterServer(connect.port, connect.host),
    }),
    vscode.debug.onDidReceiveDebugSessionCustomEvent(({ event, body, session }) => {
      if (event === 'debugpyAttach')
        void vscode.debug.startDebugging(session.workspaceFolder, { ...body }, session);
    }),
  );
};
