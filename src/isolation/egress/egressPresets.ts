import type { EgressPreset } from './egressPreset.ts';

/** What each preset allows, as rules. The README lists the same. */
export const egressPresets: Readonly<Record<EgressPreset, readonly string[]>> = {
  /** Registries of the usual package managers, and where these send for the files. */
  packages: [
    // npm, Yarn, pnpm, Node
    'registry.npmjs.org',
    'registry.yarnpkg.com',
    'repo.yarnpkg.com',
    'nodejs.org',
    // Python
    'pypi.org',
    'files.pythonhosted.org',
    'conda.anaconda.org',
    'repo.anaconda.com',
    // Rust
    'crates.io',
    'index.crates.io',
    'static.crates.io',
    'static.rust-lang.org',
    // Go
    'proxy.golang.org',
    'sum.golang.org',
    'go.dev',
    // Java, Kotlin, Scala
    'repo.maven.apache.org',
    'repo1.maven.org',
    'plugins.gradle.org',
    'plugins-artifacts.gradle.org',
    'services.gradle.org',
    'downloads.gradle.org',
    'dl.google.com',
    'maven.google.com',
    // .NET
    'api.nuget.org',
    'www.nuget.org',
    // Ruby
    'rubygems.org',
    'index.rubygems.org',
    // PHP
    'packagist.org',
    'repo.packagist.org',
    // Elixir, Haskell, Dart
    'hex.pm',
    'repo.hex.pm',
    'builds.hex.pm',
    'hackage.haskell.org',
    'pub.dev',
    // Deno
    'jsr.io',
    'npm.jsr.io',
    'deno.land',
    // Debian, Ubuntu, Alpine, Fedora
    'deb.debian.org',
    'security.debian.org',
    'archive.ubuntu.com',
    'security.ubuntu.com',
    'ports.ubuntu.com',
    'dl-cdn.alpinelinux.org',
    'mirrors.fedoraproject.org',
    'dl.fedoraproject.org',
  ],
  /** Code hosts. Who may write there can also send data there. */
  source: [
    'github.com',
    'api.github.com',
    'codeload.github.com',
    'raw.githubusercontent.com',
    'objects.githubusercontent.com',
    'release-assets.githubusercontent.com',
    'github-releases.githubusercontent.com',
    'media.githubusercontent.com',
    'gitlab.com',
    'registry.gitlab.com',
    'bitbucket.org',
    'api.bitbucket.org',
    'codeberg.org',
    'git.sr.ht',
    'salsa.debian.org',
  ],
  /** Where people read about languages and libraries. */
  documentation: [
    'developer.mozilla.org',
    'docs.python.org',
    'docs.rs',
    'doc.rust-lang.org',
    'pkg.go.dev',
    'docs.oracle.com',
    'learn.microsoft.com',
    'kotlinlang.org',
    'www.typescriptlang.org',
    'docs.npmjs.com',
    'docs.github.com',
    'en.cppreference.com',
    'ruby-doc.org',
    'docs.ruby-lang.org',
    'www.php.net',
    'hexdocs.pm',
    'api.dart.dev',
    'code.visualstudio.com',
    'www.rfc-editor.org',
    'stackoverflow.com',
    'en.wikipedia.org',
  ],
};
