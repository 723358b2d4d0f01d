/** What is fetched for tests, pinned; all of it are npm packages, so one registry is enough. */
export const versions = {
  /** Node for the image of workspaces and for the VS Code server. */
  node: '24.21.0',
  /** A VS Code server build with the workbench. */
  codeServer: '4.139.1',
  /** npm for the image of workspaces. */
  npm: '11.6.2',
  /** Language servers for workspaces. */
  typescript: '5.9.3',
  typescriptLanguageServer: '6.0.2',
  pyright: '1.1.414',
  bashLanguageServer: '5.8.1',
};
