import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Which folder may not import which: the layers of the design, as the editor shows them. */
const restrict = (files, ...group) => ({
  files: [files],
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [{ group }] }] },
});

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'coverage/', 'node_modules/', '.cache/', 'test/sample/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        fetch: 'readonly',
        Buffer: 'readonly',
        AbortSignal: 'readonly',
        AbortController: 'readonly',
        performance: 'readonly',
        URLSearchParams: 'readonly',
        require: 'readonly',
        module: 'writable',
        exports: 'writable',
        __dirname: 'readonly',
        Response: 'readonly',
        window: 'readonly',
      },
    },
  },
  restrict(
    'src/shared/**',
    '**/isolation/*',
    '**/workspaces/*',
    '**/docker/*',
    '**/vscode/**',
    'vscode',
    'dockerode',
  ),
  restrict('src/isolation/**', '**/workspaces/*', '**/docker/*', '**/vscode/**', 'vscode', 'dockerode'),
  restrict(
    'src/languageServers/**',
    '**/isolation/*',
    '**/workspaces/*',
    '**/docker/*',
    '**/vscode/**',
    'vscode',
    'dockerode',
  ),
  restrict('src/workspaces/**', '**/docker/*', '**/vscode/**', 'vscode', 'dockerode'),
  restrict('src/docker/**', '**/vscode/**', 'vscode'),
  restrict('src/vscode/**', '**/docker/*', 'dockerode'),
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', name: ['it', 'describe'], package: 'mocha' }] },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
